public import Engine
public import Identity
public import JSON

/// Something that can be asked of Mneme, declared once.
///
/// The MCP tool, the REST route, the command, the OpenAPI entry and the reference page of an operation all follow from
/// its declaration. To add one: write a type like the ones in `Memories`, and add it to ``Catalogue/all``.
public protocol Operation: Sendable {
  associatedtype Input: Sendable
  associatedtype Output: Sendable

  /// The stable name: snake_case, a verb first.
  static var name: String { get }
  /// For people, in a list.
  static var title: String { get }
  /// When to use it, what it returns, what not to use it for. At most 2 KB; an agent decides by this text.
  static var about: String { get }
  static var access: Access { get }
  /// Who asks for it. Agents are not shown what only its keepers need, unless they ask to see everything.
  static var audience: Audience { get }
  static var route: Route { get }
  static var command: Command { get }
  static var input: Schema<Input> { get }
  static var output: Schema<Output> { get }

  static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output

  /// What a person should be asked before this is done; nil when there is nothing to ask. An operation that asks has an
  /// argument `confirm`, and does not run without it.
  static func question(_ input: Input, _ call: Call) async throws(EngineError) -> String?
}

extension Operation {
  public static func question(_ input: Input, _ call: Call) async throws(EngineError) -> String? { nil }
}

/// One use of an operation.
public struct Call: Sendable {
  public let engine: MemoryEngine
  public let caller: Caller
  /// What the request's own door offered as an idempotency key.
  public let idempotencyKey: String?

  public init(engine: MemoryEngine, caller: Caller, idempotencyKey: String? = nil) {
    self.engine = engine
    self.caller = caller
    self.idempotencyKey = idempotencyKey
  }
}

/// Who an operation is for. It is a matter of what is shown, not of what is allowed: that is ``Access``.
public enum Audience: String, Sendable, Hashable {
  /// Whoever works with memories.
  case agents
  /// Whoever looks after the server: keys, models, scripts, bulk.
  case keepers
}

extension Operation {
  public static var audience: Audience { .agents }
}
