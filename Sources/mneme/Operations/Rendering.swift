import JSON

/// Results as a person reads them. Knows shapes, not operations: a list of things with a summary or a name, and else
/// names with values.
enum Rendering {
  static func text(of result: JSONObject) -> String {
    var text = ""
    var rest = result
    rest["status"] = nil
    for name in ["results", "memories", "contexts", "tags", "keys", "changes", "entries"] {
      guard case .array(let items)? = rest[name] else { continue }
      rest[name] = nil
      text += items.isEmpty ? "Nothing found.\n" : items.map(line).joined(separator: "\n") + "\n"
      // What surrounds a list is for programs, except for what warns.
      rest = rest.only(["degraded_reason", "hint", "truncated"])
    }
    return text + pairs(rest, indent: "")
  }

  /// One thing of a list.
  private static func line(_ item: JSONValue) -> String {
    guard let object = item.objectValue else { return "  " + (item.stringValue ?? item.text) }
    let score = object["score"]?.doubleValue.map { $0.twoDecimals + "  " } ?? ""
    let title =
      object["summary"]?.stringValue ?? object["name"]?.stringValue ?? object["tag"]?.stringValue
      ?? object["key"]?.stringValue ?? object["change"]?.stringValue ?? ""
    var notes = [
      "memory_id", "id", "type", "count", "role", "hint", "created_at", "at", "context_name", "superseded_by",
    ]
    .compactMap { name in object[name].map { $0.stringValue ?? $0.text } }
    if object["memory_id"] == object["id"], object["id"] != nil { notes.removeFirst() }
    if let tags = object["tags"]?.arrayValue { notes += tags.compactMap { $0.stringValue.map { "#" + $0 } } }
    let subtitle = notes.isEmpty ? "" : "\n      " + notes.joined(separator: "  ")
    let context = object["context_summary"]?.stringValue.map { "\n      " + $0 } ?? ""
    return "  \(score)\(title)\(context)\(subtitle)"
  }

  private static func pairs(_ object: JSONObject, indent: String) -> String {
    var text = ""
    for (name, value) in object {
      switch value {
      case .object(let inner) where !inner.isEmpty:
        text += "\(indent)\(name):\n" + pairs(inner, indent: indent + "  ")
      case .array(let items) where items.contains { $0.objectValue != nil }:
        text += "\(indent)\(name):\n" + items.map(line).joined(separator: "\n") + "\n"
      case .array(let items):
        text += "\(indent)\(name): " + items.map { $0.stringValue ?? $0.text }.joined(separator: ", ") + "\n"
      default: text += "\(indent)\(name): \(value.stringValue ?? value.text)\n"
      }
    }
    return text
  }
}

extension JSONObject {
  fileprivate func only(_ names: Set<String>) -> JSONObject {
    JSONObject(filter { names.contains($0.key) }.map { ($0.key, $0.value) })
  }
}

extension Double {
  fileprivate var twoDecimals: String {
    let hundredths = Int((self * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
