/// What made a vector. Two vectors may be compared only when their identities are equal.
public struct ModelIdentity: Sendable, Hashable, CustomStringConvertible {
  /// The model as people call it, such as `all-MiniLM-L6-v2` or `text-embedding-3-small`.
  public let name: String
  /// Everything else that changes the vectors: the revision of the weights, the arithmetic, the way long texts are cut.
  public let version: String
  /// Floats in a vector.
  public let dimensions: Int

  public init(name: String, version: String, dimensions: Int) {
    precondition(dimensions > 0, "a vector has at least one dimension")
    self.name = name
    self.version = version
    self.dimensions = dimensions
  }

  /// The form in which it is stored beside vectors: `name@version/dimensions`.
  public var description: String { "\(name)@\(version)/\(dimensions)" }
}
