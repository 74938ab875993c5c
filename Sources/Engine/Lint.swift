internal import Model

/// Advice about a memory that will be hard to find. It is stored all the same.
public struct LintHint: Sendable, Hashable {
  public enum Code: String, Sendable, Hashable, CaseIterable {
    case summaryShort = "summary_short"
    case summaryLong = "summary_long"
    case summaryNarrative = "summary_narrative"
    case noTags = "no_tags"
    case tagNearDuplicate = "tag_near_duplicate"
  }

  public var code: Code
  public var hint: String
  /// What it is about, when it is about one thing: a tag.
  public var subject: String?

  public init(code: Code, hint: String, subject: String? = nil) {
    self.code = code
    self.hint = hint
    self.subject = subject
  }
}

extension LintHint {
  /// The hints that a summary and its tags deserve. `known` are tags of the context that resemble the new ones.
  static func hints(summary: String, tags: [String], known: [String]) -> [LintHint] {
    var hints: [LintHint] = []
    let length = summary.unicodeScalars.count
    if length < 25 {
      hints.append(
        LintHint(
          code: .summaryShort,
          hint: "A summary of one full sentence is found more easily; this one has \(length) characters."))
    } else if length > 300 {
      hints.append(
        LintHint(code: .summaryLong, hint: "Keep the conclusion in the summary and move the rest to content.")
      )
    }
    if narrativeOpenings.contains(where: summary.lowercased().hasPrefix) {
      hints.append(
        LintHint(
          code: .summaryNarrative, hint: "State what is true rather than what happened: “X does Y because Z”."
        ))
    }
    if tags.isEmpty {
      hints.append(LintHint(code: .noTags, hint: "Two or three tags make filters and related searches work."))
    }
    for tag in tags where !known.contains(tag) {
      guard let twin = known.first(where: { normalized($0) == normalized(tag) }) else { continue }
      hints.append(
        LintHint(code: .tagNearDuplicate, hint: "The context already has the tag “\(twin)”.", subject: tag))
    }
    return hints
  }

  private static let narrativeOpenings = [
    "i ", "we ", "today ", "yesterday ", "the user ", "user asked", "in this session",
  ]

  /// Two tags that look alike have the same form: case, separators and a plural s do not count.
  private static func normalized(_ tag: String) -> String {
    let letters = tag.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " && $0 != "." }
    return letters.count > 3 && letters.hasSuffix("s") ? String(letters.dropLast()) : letters
  }
}
