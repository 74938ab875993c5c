internal import Engine
internal import JSON
internal import Model
internal import Operations
internal import Testing

@Suite struct PermissionTests {
  @Test(arguments: Catalogue.all, Role.allCases)
  func `an operation is for its role and those above`(operation: AnyOperation, role: Role) async throws {
    let template = try #require(try await Template.all(of: operation).first)
    try await World.with { world in
      let arguments = try template.arguments(for: world.asker)
      let outcome = await world.run(operation, arguments, as: world.asker.acting(as: role))
      guard role < operation.access.role else {
        #expect(outcome.error == nil, "\(outcome.text)")
        return
      }
      #expect(outcome.error?.face.code == "permission_denied")
      #expect(outcome.error?.details["required_role"]?.stringValue == operation.access.role.rawValue)
    }
  }

  @Test(arguments: Catalogue.all)
  func `the role is judged before the arguments`(operation: AnyOperation) async throws {
    guard let below = Role.allCases.last(where: { $0 < operation.access.role }) else { return }
    try await World.with { world in
      let outcome = await world.run(operation, ["no such": "argument"], as: world.asker.acting(as: below))
      #expect(outcome.error?.face.code == "permission_denied")
    }
  }

  @Test(arguments: Catalogue.all)
  func `a locked context is read and not changed`(operation: AnyOperation) async throws {
    let template = try #require(try await Template.all(of: operation).first)
    let takesContext = template.names.contains { name in
      switch ArgumentMaker.reference(name, of: operation) {
      case .context, .secondContext: true
      default: false
      }
    }
    try await World.with { world in
      var lock = ContextRevision()
      lock.isLocked = true
      for context in world.asker.contexts {
        _ = try await world.engine.updateContext(
          context.id.description, with: lock, as: world.asker.caller)
      }
      let arguments = try template.arguments(for: world.asker)
      let outcome = await world.run(operation, arguments, as: world.asker.caller)
      // update_context is how a context is unlocked.
      if takesContext, operation.access.effect != .reads, operation.name != "update_context" {
        #expect(outcome.error?.face.code == "context_locked", "\(outcome.text)")
      } else {
        #expect(outcome.error == nil, "\(outcome.text)")
      }
    }
  }
}

/// What a program may do for a user who may do everything.
@Suite struct ScopeTests {
  @Test(arguments: Catalogue.all, Permission.allCases)
  func `an operation needs its permission or a greater one`(
    operation: AnyOperation, permission: Permission
  ) async throws {
    let template = try #require(try await Template.all(of: operation).first)
    try await World.with { world in
      let arguments = try template.arguments(for: world.asker)
      let outcome = await world.run(operation, arguments, as: world.asker.acting(as: .owner, for: permission))
      guard permission < operation.access.permission else {
        #expect(outcome.error == nil, "\(outcome.text)")
        return
      }
      #expect(outcome.error?.face.code == "insufficient_scope")
      #expect(
        outcome.error?.details["required_scope"]?.stringValue == operation.access.permission.rawValue)
    }
  }

  @Test func `permissions follow what operations do`() {
    for operation in Catalogue.all {
      if operation.access.effect != .reads {
        #expect(operation.access.permission > .read, "\(operation.name)")
      }
      if operation.access.role >= .admin {
        #expect(operation.access.permission == .admin, "\(operation.name)")
      }
    }
    // A key lasts and has no permissions of its own, so a token that could make one would be worth more than it says.
    for name in ["create_key", "list_keys", "revoke_key"] {
      #expect(Catalogue.operation(name)?.access.permission == .admin)
    }
  }
}
