public import Identity
@_spi(ScopeMaking) public import Model
internal import Storage

/// Proof that a caller may read a context.
public struct ReadAccess: Sendable {
  public let context: Context
  public let caller: Caller
  let scope: Scope

  fileprivate init(context: Context, caller: Caller) {
    self.context = context
    self.caller = caller
    scope = Scope(workspace: caller.workspace, context: context.id, user: caller.user)
  }
}

/// Proof that a caller may write to a context, and that it is not locked.
public struct WriteAccess: Sendable {
  /// Who may write may read.
  public let reading: ReadAccess

  public var context: Context { reading.context }
  public var caller: Caller { reading.caller }
  var scope: Scope { reading.scope }
}

extension MemoryEngine {
  /// Lets `caller` read the context that `name` names, by id or by name.
  public func reading(_ name: String, as caller: Caller) async throws(EngineError) -> ReadAccess {
    ReadAccess(context: try await context(name, visibleTo: caller), caller: caller)
  }

  /// Lets `caller` read a context that the store has just shown to it.
  func reading(_ context: Context, as caller: Caller) -> ReadAccess {
    ReadAccess(context: context, caller: caller)
  }

  /// Lets `caller` write to the context that `name` names, by id or by name.
  public func writing(_ name: String, as caller: Caller) async throws(EngineError) -> WriteAccess {
    let access = try await reading(name, as: caller)
    try caller.require(.member)
    if access.context.isLocked { throw .contextLocked(access.context.name) }
    return WriteAccess(reading: access)
  }

  /// The context that `name` names, by id or by name, if it exists for this caller.
  func context(_ name: String, visibleTo caller: Caller) async throws(EngineError) -> Context {
    let scope = WorkspaceScope(caller)
    let found = try await stored { () async throws(StorageError) -> Context? in
      guard let id = ContextID(name) else { return try await store.context(named: name, in: scope) }
      return try await store.context(id, in: scope)
    }
    guard let found else { throw .contextNotFound(name) }
    return found
  }
}

extension Caller {
  /// Throws unless the caller's role is at least `role`.
  public func require(_ role: Role) throws(EngineError) {
    if self.role < role { throw .roleRequired(role, has: self.role) }
  }

  /// Throws unless the caller's credential may be used for `permission`.
  public func require(permission: Permission) throws(EngineError) {
    if self.permission < permission { throw .permissionRequired(permission, has: self.permission) }
  }
}

extension WorkspaceScope {
  init(_ caller: Caller) { self.init(workspace: caller.workspace, user: caller.user) }
  /// The same user, in all of the workspace: what a scope implies.
  public init(of scope: Scope) { self.init(workspace: scope.workspace, user: scope.user) }
}
