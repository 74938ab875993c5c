extension LuaError {
  /// What the author might do about it, when that is known.
  public var hint: String? {
    switch kind {
    case .outOfSteps: "is there a loop that does not end? Do work outside of loops, or over fewer items"
    case .outOfMemory: "build less at once, or set tables that are no longer needed to nil"
    case .noFunction: "end the script with 'return function(…) … end', or with a table of such functions"
    case .runtime, .syntax: Self.hints.first { message.contains($0.said) }?.hint
    case .badResult where message.contains("NaN"): "0/0 and math.log of a negative number give NaN"
    case .badResult where message.contains("UTF-8"): "string.sub may have cut a character in two"
    case .sourceTooLarge, .outOfTime, .badResult, .busy: nil
    }
  }

  private static let hints: [(said: String, hint: String)] = [
    ("attempt to index a nil value", "the value left of the dot is missing; test it with 'if' first"),
    ("attempt to call a nil value", "there is no function of that name"),
    ("attempt to perform arithmetic on a nil value", "give it a default: '(value or 0)'"),
    ("attempt to compare", "both sides must be numbers, or both strings; '(value or 0)' gives a default"),
    ("attempt to concatenate", "wrap the value in 'tostring(…)'"),
    ("'=' expected near", "Lua has no '+=': write 'x = x + 1'; and a call needs its parentheses"),
    ("'then' expected near '='", "to compare, write '=='"),
    ("near '!'", "not equal is '~=' and negation is 'not'"),
    ("stack overflow", "a function calls itself without an end"),
  ]
}
