/// What a route's template found in the path, decoded: `{id}` of `/memories/{id}`.
public struct Parameters: Sendable, ExpressibleByDictionaryLiteral {
  let names: [String]
  var values: [String]

  init(names: [String], values: [String]) {
    self.names = names
    self.values = values
  }

  public init(dictionaryLiteral elements: (String, String)...) {
    names = elements.map(\.0)
    values = elements.map(\.1)
  }

  /// The text of the parameter called `name`, or `nil` if the template has none of that name.
  public subscript(name: String) -> String? {
    names.firstIndex(of: name).map { values[$0] }
  }

  /// The parameter called `name` as a number, or whatever else can be read from its text.
  public func value<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self)
    -> Value?
  {
    self[name].flatMap(Value.init)
  }
}
