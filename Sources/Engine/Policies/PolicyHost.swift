public import Model
public import Retrieval

/// What runs policies, for those who look after them.
public protocol PolicyHost: Sendable {
  var shippedPolicies: [ShippedPolicy] { get }

  /// What is wrong with a script of the scope's workspace: it does not compile, or does nonsense with sample data. nil when nothing is.
  func problem(with source: String, named name: String, kind: PolicyKind, in scope: Scope) async
    -> String?

  /// A judgement in which this script takes the place of the one that is in force.
  func judgement(by source: String, named name: String, kind: PolicyKind) -> any Judgement
}

/// A policy that the program carries.
public struct ShippedPolicy: Sendable, Hashable {
  public var name: String
  public var kind: PolicyKind
  /// What it is for.
  public var reason: String
  public var source: String

  public init(name: String, kind: PolicyKind, reason: String, source: String) {
    self.name = name
    self.kind = kind
    self.reason = reason
    self.source = source
  }
}
