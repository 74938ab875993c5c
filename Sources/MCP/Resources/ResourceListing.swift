internal import Engine
internal import JSON
internal import Model

/// How resources are listed: three that are always there, then the contexts by name.
struct ResourceListing: Sendable {
  static let pageSize = 50
  static let mimeType = "text/markdown"

  /// One line of the list.
  struct Entry: Sendable, Hashable {
    let address: ResourceAddress
    let name: String
    let title: String
    let about: String

    func json(for revision: Revision) -> JSONObject {
      var object: JSONObject = ["uri": .string(address.uri), "name": .string(name)]
      if revision.hasStructuredContent { object["title"] = .string(title) }
      object["description"] = .string(about)
      object["mimeType"] = .string(ResourceListing.mimeType)
      return object
    }
  }

  static let fixed = [
    Entry(
      address: .profile, name: "profile", title: "Profile",
      about: "Who the user is: pinned memories, preferences and facts, and the contexts there are."),
    Entry(
      address: .recent, name: "recent", title: "Recent memories", about: "The 20 memories that changed last."),
    Entry(
      address: .pinned, name: "pinned", title: "Pinned memories",
      about: "What every session should know: memories with delivery_mode “always”."),
  ]

  /// The shapes of all other addresses.
  static func templates(for revision: Revision) -> [JSONValue] {
    let templates = [
      ("item/{id}", "item", "A memory", "One memory in full, by its id."),
      (
        "context/{name}", "context", "A context",
        "What a context is for, its tags, and what changed in it last."
      ),
      ("tag/{tag}", "tag", "A tag", "The memories that carry a tag, those that changed last first."),
    ]
    return templates.map { path, name, title, about in
      var object: JSONObject = ["uriTemplate": .string(ResourceAddress.scheme + path), "name": .string(name)]
      if revision.hasStructuredContent { object["title"] = .string(title) }
      object["description"] = .string(about)
      object["mimeType"] = .string(mimeType)
      return .object(object)
    }
  }

  /// Everything that is listed, in order. Of two contexts with one name only the one that the name means is there.
  static func entries(of contexts: [Context]) -> [Entry] {
    var names: Set<String> = []
    let own = contexts.filter { names.insert($0.name).inserted }
    return fixed
      + own.map { context in
        Entry(
          address: .context(context.name), name: context.name, title: context.displayName ?? context.name,
          about: (context.summary ?? context.description).map { Page.line(String($0.prefix(200))) }
            ?? "What changed last in the context \(context.name).")
      }
  }

  /// The page after `cursor`, and the cursor of the one that follows it.
  ///
  /// A cursor names the last context that was listed, so that contexts which come and go in between leave no gap.
  static func page(
    of entries: [Entry], after cursor: String?
  ) throws(RPCError) -> (entries: ArraySlice<Entry>, next: String?) {
    var start = 0
    if let cursor {
      guard let name = Cursor.name(in: cursor) else {
        throw RPCError(
          .invalidParameters,
          "There is no such cursor. Begin anew without one, or send the nextCursor of a page.")
      }
      start = entries.indices.dropFirst(fixed.count).first { entries[$0].name > name } ?? entries.count
    }
    let page = entries[start..<min(start + pageSize, entries.count)]
    let isLast = page.endIndex == entries.count
    return (page, isLast ? nil : page.last.map { Cursor.make(after: $0.name) })
  }

  /// A place in the list, in a form that nobody takes for something to make up.
  enum Cursor {
    private static let mark = "context:"

    static func make(after name: String) -> String { Base64.encode(Array((mark + name).utf8)) }

    static func name(in cursor: String) -> String? {
      guard let bytes = Base64.decode(Array(cursor.utf8)),
        let text = String(validating: bytes, as: UTF8.self),
        text.hasPrefix(mark)
      else { return nil }
      return String(text.dropFirst(mark.count))
    }
  }
}

extension Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The one text that `decode` makes `bytes` of.
  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        let isPadding = place > group.count
        text.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
