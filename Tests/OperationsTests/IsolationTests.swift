internal import Identity
internal import Engine
internal import JSON
internal import Model
internal import Operations
internal import Testing

/// No operation shows or changes what belongs to another tenant, nor tells whether it exists.
///
/// The tests are made from the catalogue: a new operation is covered by being declared.
@Suite struct IsolationTests {
  static let settings = Backend.allCases.flatMap { backend in Tenancy.allCases.map { (backend, $0) } }

  @Test(arguments: Catalogue.all, settings)
  func `no answer contains anything of another tenant`(
    operation: AnyOperation, setting: (Backend, Tenancy)
  ) async throws {
    for template in try await Template.all(of: operation) {
      try await World.with(setting.1, on: setting.0) { world in
        let arguments = try template.arguments(for: world.asker)
        let outcome = await world.run(operation, arguments, as: world.asker.caller)
        for secret in world.secrets(setting.1) {
          #expect(!outcome.text.contains(secret), "\(arguments) is answered by \(outcome.text)")
        }
      }
    }
  }

  @Test(arguments: Catalogue.all, settings)
  func `what another tenant has is answered like what nobody has, and stays as it was`(
    operation: AnyOperation, setting: (Backend, Tenancy)
  ) async throws {
    let (backend, tenancy) = setting
    for template in try await Template.all(of: operation) {
      for name in template.names.sorted() {
        guard let reference = ArgumentMaker.reference(name, of: operation) else { continue }
        if case .key = reference, tenancy.sharesKeys { continue }
        let count = try await World.with(tenancy) { ArgumentMaker(tenant: $0.other).values(reference).count }
        for choice in 0..<count {
          let theirs = try await answer(template, name, reference, choice, unknown: false, tenancy, backend)
          let nobodys = try await answer(template, name, reference, choice, unknown: true, tenancy, backend)
          #expect(theirs == nobodys, "\(operation.name) with \(name) of somebody else")
        }
      }
    }
  }

  /// What the asker is told, without what differs from call to call, when one argument names what the other tenant has.
  private func answer(
    _ template: Template, _ name: String, _ reference: ArgumentMaker.Reference, _ choice: Int, unknown: Bool,
    _ tenancy: Tenancy, _ backend: Backend
  ) async throws -> String {
    try await World.with(tenancy, on: backend) { world in
      let before = try await world.viewOfOther()
      var value = ArgumentMaker(tenant: world.other).values(reference)[choice]
      if unknown { value = ArgumentMaker.unknown(like: value) }
      var arguments = try template.arguments(for: world.asker)
      arguments[name] = arguments[name]?.replacingFirst(with: value)
      let outcome = await world.run(template.operation, arguments, as: world.asker.caller)
      let text = outcome.text.replacing(value, with: "«value»")
      for secret in world.secrets(tenancy) where secret != value {
        #expect(!text.contains(secret), "\(arguments) is answered by \(outcome.text)")
      }
      await world.engine.settle()
      let after = try await world.viewOfOther()
      #expect(after == before, "\(arguments) changed what is not the caller's")
      return text.withoutWhatVaries
    }
  }
}

extension World {
  /// Texts that the asker must never read.
  func secrets(_ tenancy: Tenancy) -> [String] {
    var secrets = [other.word, other.memory.description, other.forgotten.description]
    secrets += other.contexts.map(\.id.description)
    if !tenancy.sharesKeys { secrets += [other.key.description, other.caller.user.description] }
    if tenancy == .strangers { secrets.append(other.caller.workspace.description) }
    return secrets
  }
}

extension JSONValue {
  /// This text, or this list with another first element.
  fileprivate func replacingFirst(with text: String) -> JSONValue {
    guard case .array(let elements) = self else { return .string(text) }
    return .array([.string(text)] + elements.dropFirst())
  }
}

extension String {
  /// The text without identifiers, instants and secrets, which are different in each world.
  fileprivate var withoutWhatVaries: String {
    replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "«id»")
      .replacing(/mn_live_[0-9A-Za-z]+/, with: "«secret»")
  }
}
