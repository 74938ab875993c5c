public import JSON
public import Model
public import Storage

/// Everything that can go wrong in a use case, said so that the caller knows what to do next.
///
/// What a caller may not see is reported exactly like what does not exist.
public enum EngineError: Error, Sendable {
  /// The input breaks the operation's schema or a rule across its fields. All faults at once.
  case invalid([SchemaFault])
  case unauthenticated(Unauthenticated)
  case roleRequired(Role, has: Role)
  /// The user may do it, but the program was not allowed to do it for them.
  case permissionRequired(Permission, has: Permission)
  case unknownOperation(String)
  case contextNotFound(String)
  case memoryNotFound(String)
  case keyNotFound(String)
  case edgeNotFound(from: String, to: String)
  /// A declared edge is there that says something else.
  case edgeExists(Edge)
  case taskNotFound(String)
  case pluginNotFound(String)
  case policyNotFound(String)
  case contextLocked(String)
  case contextNameTaken(String)
  /// Somebody else changed the same thing first.
  case conflict(String)
  case quotaExceeded(QuotaBreach)
  /// A script that the workspace installed does not want this to happen.
  case refused(by: String, reason: String)
  /// A part that is needed does not answer. The same call may succeed later.
  case unavailable(String)
  /// There is no room left to write.
  case storageFull(String)
  case cancelled
  /// A fault of ours. The cause goes to the log, never to the caller.
  case fault(any Error)

  /// Why a credential does not open anything.
  public enum Unauthenticated: Sendable, Hashable {
    case missing, unknown, expired, revoked
  }

  /// Which limit of the workspace was reached.
  public struct QuotaBreach: Sendable, Hashable {
    public var quota: String
    public var current: Int64
    public var limit: Int64
  }

  /// One fault of the input.
  public static func invalid(_ path: String, _ message: String, allowed: String? = nil) -> EngineError {
    .invalid([SchemaFault(path: path, message, allowed: allowed)])
  }

  /// How a failure of storage looks to a use case that did not expect it.
  public init(_ error: StorageError) {
    switch error.code {
    case .conflict:
      self = .conflict("Somebody else changed this at the same moment. Read it again, then retry.")
    case .unavailable: self = .unavailable("The store is busy or cannot be reached. Retry in a moment.")
    case .full: self = .storageFull("The disk that holds the data is full. Free some space, then retry.")
    case .notFound, .corrupted: self = .fault(error)
    }
  }
}

extension EngineError: CustomStringConvertible {
  /// What the caller is told.
  public var description: String { message }

  /// What was wrong, what is allowed, and what to do next.
  public var message: String {
    switch self {
    case .invalid(let faults): faults.map(\.description).joined(separator: "\n")
    case .unauthenticated(.missing):
      "No credential. Send `Authorization: Bearer mn_live_…`; the first key is in the file owner.key of the data folder."
    case .unauthenticated(.unknown):
      "This credential is not known here. Check the key and the server's address."
    case .unauthenticated(.expired): "This key has expired. Make a new one with `create_key`."
    case .unauthenticated(.revoked): "This key was revoked. Make a new one with `create_key`."
    case .roleRequired(let needed, let has):
      "This needs the role \(needed.rawValue); yours is \(has.rawValue). Ask an admin of the workspace."
    case .permissionRequired(let needed, let has):
      "This needs a token with the scope \(needed.rawValue); yours has \(has.rawValue). Sign in again and ask for it."
    case .unknownOperation(let name): "There is no operation “\(name)”."
    case .contextNotFound(let name):
      "There is no context “\(name)” that you can see. `list_contexts` shows those that you can."
    case .memoryNotFound(let name):
      "There is no memory \(name) in this context. `recall` finds ids; what was forgotten can be restored for 30 days."
    case .edgeNotFound(let source, let target):
      "There is no such link from \(source) to \(target). `list_edges` shows those of a memory, and their direction."
    case .edgeExists(let edge):
      "There is a declared \(edge.type) link already, with weight \(edge.weight) and confidence \(edge.confidence). "
        + "Pass overwrite to replace it, or change it with `update_edge`."
    case .keyNotFound(let name): "There is no key \(name) in this workspace. `list_keys` shows them."
    case .taskNotFound(let name):
      "There is no parked task \(name) of yours in this workspace. `list_tasks` shows them."
    case .policyNotFound(let name):
      "There is no policy \(name) in this workspace. `list_policies` shows those that there are, and those that are shipped."
    case .pluginNotFound(let name):
      "There is no plugin “\(name)” in this workspace. `list_plugins` shows those that there are."
    case .contextLocked(let name):
      "The context “\(name)” is locked: it can be read, not changed. Unlock it with `update_context`."
    case .contextNameTaken(let name):
      "There is already a context “\(name)”. Choose another name, or use that one."
    case .conflict(let text), .unavailable(let text), .storageFull(let text): text
    case .quotaExceeded(let breach):
      "The workspace holds \(breach.current) of \(breach.limit) \(breach.quota). Remove some, or raise the limit."
    case .refused(let script, let reason): "“\(script)” refused this: \(reason)"
    case .cancelled: "The caller left before the answer was ready."
    case .fault: "Something went wrong on the server. The log has the details under this request's id."
    }
  }
}

/// Runs a question to storage and translates what it throws.
func stored<Value>(
  _ question: () async throws(StorageError) -> Value
) async throws(EngineError) -> Value {
  do { return try await question() } catch { throw EngineError(error) }
}
