internal import JSON
internal import Model

/// Work of a plugin as the queue keeps it.
struct PluginWork: Sendable {
  static let kind = "plugin"

  var plugin = ""
  var hook = PluginHook.afterRemember
  /// The context that it is about.
  var context: String?
  /// What the hook is given: a memory's id, an answer, a payload.
  var subject = JSONValue.null
  /// The plugins whose doing led to it, the first cause first.
  var chain: [String] = []
  /// The time between two regular runs; nil for others.
  var everySeconds: Int?

  static let schema = Schema.record(PluginWork()) {
    Field("plugin", \.plugin, .string(), "")
    Field("hook", \.hook, .enumeration(), "")
    Field("context", \.context, .string(), "")
    Field("subject", \.subject, .json, "", required: false)
    Field("chain", \.chain, .array(of: .string()), "", required: false)
    Field("every_seconds", \.everySeconds, .integer(), "")
  }

  var payload: JSONValue { Self.schema.encode(self) }
}
