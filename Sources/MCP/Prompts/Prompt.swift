internal import Engine
internal import JSON

/// Something that a person asks for by name, in a menu or behind a slash, with what is remembered about it at hand.
struct Prompt: Sendable {
  /// What a person fills in.
  struct Argument: Sendable {
    let name: String
    let about: String
    var isRequired = false
    /// What is suggested while it is typed.
    let suggestions: Suggestions
  }

  let name: String
  let title: String
  let about: String
  let arguments: [Argument]
  /// What the model is told.
  let words: @Sendable (_ arguments: [String: String], Library) async throws(EngineError) -> String

  func listed(for revision: Revision) -> JSONObject {
    var object: JSONObject = ["name": .string(name)]
    if revision.hasStructuredContent { object["title"] = .string(title) }
    object["description"] = .string(about)
    object["arguments"] = .array(
      arguments.map { argument in
        [
          "name": .string(argument.name), "description": .string(argument.about),
          "required": .bool(argument.isRequired),
        ]
      })
    return object
  }

  /// Reads the arguments of a call. All faults at once.
  func read(_ json: JSONValue?) throws(RPCError) -> [String: String] {
    var given: JSONObject = [:]
    switch json {
    case .object(let object): given = object
    case nil, .null: break
    default: throw RPCError(.invalidParameters, "params.arguments is an object.")
    }
    var values: [String: String] = [:]
    var faults: [String] = []
    for (key, value) in given where !arguments.contains(where: { $0.name == key }) || value.stringValue == nil
    {
      faults.append(
        arguments.contains { $0.name == key }
          ? "“\(key)” is a string." : "There is no argument “\(key.prefix(40))”.")
    }
    for argument in arguments {
      let text = given[argument.name]?.stringValue.map { $0.trimmingSpaces }
      if let text, !text.isEmpty {
        values[argument.name] = text
      } else if argument.isRequired {
        faults.append("“\(argument.name)” is missing: \(argument.about)")
      }
    }
    guard faults.isEmpty else {
      let known = arguments.map(\.name).joined(separator: ", ")
      throw RPCError(
        .invalidParameters,
        faults.joined(separator: " ") + (known.isEmpty ? " It takes none." : " Allowed are \(known)."))
    }
    return values
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? endIndex
    return start < end ? String(self[start..<end]) : ""
  }
}
