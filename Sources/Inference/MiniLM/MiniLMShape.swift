/// The measures of all-MiniLM-L6-v2, a BERT encoder. They are constants, since the packed file is made for them.
package enum MiniLMShape {
  package static let layers = 6
  package static let width = 384
  package static let heads = 12
  package static let inner = 1536
  package static let words = 30522
  /// Tokens in one pass, the two special ones included. The model was trained for sentences of up to 256 tokens, and
  /// its authors cut there; the position table itself is longer.
  package static let window = 256
}
