internal import Foundation
internal import Testing

/// What holds for every file.
@Suite struct FileTests {
  static let pages = Tree.files(".md")

  @Test(arguments: pages)
  func `the links of a page lead somewhere`(page: String) {
    let folder = page.split(separator: "/").dropLast().map { $0 + "/" }.joined()
    for match in Self.withoutCode(Tree.text(page)).matches(of: #/\]\(([^)\s]+)\)/#) {
      let link = String(match.output.1)
      if link.contains("://") || link.hasPrefix("mailto:") { continue }
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let target = parts[0].isEmpty ? page : Self.normal(folder + parts[0])
      #expect(Tree.exists(target), "\(page) links to \(link), which is not there")
      if parts.count == 2, target.hasSuffix(".md") {
        #expect(
          Self.anchors(of: Tree.text(target)).contains(String(parts[1])),
          "\(page) links to \(link), which has no such heading")
      }
    }
  }

  @Test func `no file is named after what has no name`() {
    let vague = ["utils", "util", "helpers", "helper", "common", "misc", "stuff", "extensions", "constants"]
    for file in Tree.files {
      let words = file.lowercased().split { "/.+-_".contains($0) }.map(String.init)
      #expect(Set(words).isDisjoint(with: vague), "\(file): what is it about?")
    }
  }

  @Test func `a source file is no longer than an idea`() {
    for file in Tree.files(".swift", in: "Sources/") {
      let lines = Tree.text(file).split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines <= 600, "\(file) has \(lines) lines")
    }
  }

  @Test func `nothing names the place where it was made`() {
    // In pieces, so that this file does not name it either.
    let places = [
      "/wor" + "k/", "../sha" + "red", "pypi" + ".org", "deb.debian" + ".org", "crates" + ".io",
      "registry.npmjs" + ".org", "http" + "_proxy", "PIP_INDEX" + "_URL",
    ]
    for file in Tree.files {
      let text = Tree.text(file)
      for place in places { #expect(!text.contains(place), "\(file) contains \(place)") }
    }
  }

  @Test func `every snapshot is compared by a test beside it`() {
    for file in Tree.files where file.contains("/__Snapshots__/") || file.contains("/__snapshots__/") {
      let parts = file.split(separator: "/")
      let folder = parts.dropLast(2).joined(separator: "/") + "/"
      let name = String(parts[parts.count - 1])
      let tests = Tree.files.filter {
        $0.hasPrefix(folder) && ($0.hasSuffix(".swift") || $0.hasSuffix(".py"))
      }
      #expect(tests.contains { Tree.text($0).contains("\"\(name)\"") }, "\(file) is an orphan")
    }
  }

  @Test func `what is left undone is said elsewhere`() {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
    for file in Tree.files(".swift") + Tree.files(".c") + Tree.files(".h") {
      for mark in marks { #expect(!Tree.text(file).contains(mark), "\(file) contains \(mark)") }
    }
  }

  @Test func `a script says what runs it, and may be run`() {
    let scripts = Tree.files.filter { Tree.data($0).starts(with: Data("#!".utf8)) }
    #expect(scripts.contains("mneme"))
    #expect(scripts.contains(".ci/run"))
    for script in scripts {
      #expect(Tree.isExecutable(script), "\(script) begins with #! and is not executable")
    }
    for file in Tree.files where Tree.isExecutable(file) {
      #expect(scripts.contains(file), "\(file) is executable and does not say what runs it")
    }
  }

  @Test func `the licence is Apache 2.0`() {
    let licence = Tree.text("LICENSE")
    #expect(licence.contains("Apache License"))
    #expect(licence.contains("Version 2.0, January 2004"))
    #expect(licence.contains("END OF TERMS AND CONDITIONS"))
  }

  /// The page without blocks and spans of code, whose brackets are no links.
  private static func withoutCode(_ text: String) -> String {
    text.replacing(#/(?ms)^ *```.*?^ *```/#, with: "").replacing(#/`[^`\n]*`/#, with: "``")
  }

  /// The path without `..`.
  private static func normal(_ path: String) -> String {
    path.split(separator: "/").reduce(into: [Substring]()) { parts, part in
      if part == "..", !parts.isEmpty { parts.removeLast() } else if part != "." { parts.append(part) }
    }.joined(separator: "/")
  }

  /// The names that headings have in links.
  private static func anchors(of text: String) -> Set<String> {
    let headings = text.matches(of: #/(?m)^#{1,6} +(.+?) *$/#).map { match in
      String(
        match.output.1.lowercased().compactMap { character -> Character? in
          if character == " " { return "-" }
          return character.isLetter || character.isNumber || character == "-" || character == "_"
            ? character : nil
        })
    }
    return Set(headings)
  }
}

/// The launcher, without building anything.
@Suite struct LauncherTests {
  @Test(arguments: Tree.files.filter { Tree.text($0).hasPrefix("#!/usr/bin/env bash") })
  func `a shell script parses`(script: String) throws {
    let (status, output) = try Tree.run("bash", "-n", script)
    #expect(status == 0, "\(output)")
  }

  @Test func `every verb is a function, and help lists it`() throws {
    let launcher = Tree.text("mneme")
    let line = try #require(launcher.firstMatch(of: #/(?m)^  (up \|[^)]*)\) "\$@" ;;$/#))
    let verbs = line.output.1.split(separator: "|").map { String($0.filter { $0 != " " }) }
    #expect(verbs.contains("test"))
    let (status, help) = try Tree.run("./mneme", "help")
    #expect(status == 0)
    for verb in verbs {
      #expect(launcher.contains("\n\(verb)() {"), "\(verb) is no function of the launcher")
      #expect(help.contains("./mneme \(verb) "), "help does not tell of \(verb)")
    }
    for match in help.matches(of: #/\./mneme ([a-z]+) /#) {
      #expect(verbs.contains(String(match.output.1)), "help tells of \(match.output.1), which is no verb")
    }
  }
}
