public import JSON
internal import Model

extension EngineError {
  /// What a program wants to know beyond the message, as members that every door adds to its error.
  public var details: JSONObject {
    switch self {
    case .invalid(let faults):
      let list = faults.map { fault -> JSONValue in
        var entry: JSONObject = ["path": .string(fault.path), "message": .string(fault.message)]
        if let allowed = fault.allowed { entry["allowed"] = .string(allowed) }
        return .object(entry)
      }
      return ["faults": .array(list)]
    case .roleRequired(let role, _):
      return ["required_role": .string(role.rawValue)]
    case .permissionRequired(let permission, _):
      return ["required_scope": .string(permission.rawValue)]
    case .quotaExceeded(let breach):
      return [
        "gate": "quota", "quota_type": .string(breach.quota), "current": .integer(breach.current),
        "limit": .integer(breach.limit),
      ]
    default: return [:]
    }
  }
}
