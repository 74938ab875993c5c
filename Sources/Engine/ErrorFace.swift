/// How an error looks from outside: a stable name, and the number that each door uses.
public struct ErrorFace: Sendable, Hashable {
  /// The name that clients may rely on.
  public let code: String
  /// The HTTP status.
  public let status: Int
  /// The JSON-RPC code.
  public let rpc: Int64
  /// The exit code of the command line.
  public let exit: Int32

  init(_ code: String, _ status: Int, _ rpc: Int64, _ exit: Int32) {
    self.code = code
    self.status = status
    self.rpc = rpc
    self.exit = exit
  }
}

extension EngineError {
  /// The one table. It is exhaustive, so a new case does not compile until it has its row.
  public var face: ErrorFace {
    switch self {
    case .invalid: ErrorFace("validation_error", 422, -32602, 2)
    case .unauthenticated: ErrorFace("unauthenticated", 401, -32001, 3)
    case .roleRequired: ErrorFace("permission_denied", 403, -32003, 3)
    case .permissionRequired: ErrorFace("insufficient_scope", 403, -32003, 3)
    case .unknownOperation: ErrorFace("unknown_operation", 404, -32601, 2)
    case .contextNotFound: ErrorFace("context_not_found", 404, -32004, 4)
    case .memoryNotFound: ErrorFace("memory_not_found", 404, -32004, 4)
    case .edgeNotFound: ErrorFace("edge_not_found", 404, -32004, 4)
    case .edgeExists: ErrorFace("edge_exists", 409, -32009, 5)
    case .keyNotFound: ErrorFace("key_not_found", 404, -32004, 4)
    case .policyNotFound: ErrorFace("policy_not_found", 404, -32004, 4)
    case .pluginNotFound: ErrorFace("plugin_not_found", 404, -32004, 4)
    case .taskNotFound: ErrorFace("task_not_found", 404, -32004, 4)
    case .contextLocked: ErrorFace("context_locked", 409, -32009, 5)
    case .contextNameTaken: ErrorFace("context_exists", 409, -32009, 5)
    case .conflict: ErrorFace("conflict", 409, -32009, 5)
    case .quotaExceeded: ErrorFace("quota_exceeded", 429, -32029, 6)
    case .refused: ErrorFace("refused", 403, -32003, 3)
    case .unavailable: ErrorFace("unavailable", 503, -32053, 7)
    case .storageFull: ErrorFace("storage_full", 507, -32057, 7)
    case .cancelled: ErrorFace("cancelled", 499, -32800, 130)
    case .fault: ErrorFace("internal", 500, -32603, 1)
    }
  }
}
