import Glibc

/// Makes the static table: every piece of the vocabulary through the encoder, reduced to fewer dimensions, weighted by
/// how much a piece says.
package struct Distillation {
  private let vectors: [Float]
  private let count: Int
  private static let width = MiniLMShape.width

  /// Runs the first `count` pieces through the model. `progress` gets the number done, and ends the work by
  /// returning false; then the result is nil.
  package init?(of model: MiniLM, count: Int, progress: (Int) -> Bool) {
    let encoder = model.makeEncoder(.exact)
    var vectors: [Float] = []
    vectors.reserveCapacity(count * Self.width)
    let perPass = Encoder.capacity / 3
    for start in stride(from: 0, to: count, by: perPass) {
      let pieces = (start..<min(start + perPass, count)).map { [Int32($0)][...] }
      encoder.encode(pieces) { _, vector in vectors.append(contentsOf: vector) }
      guard progress(start + pieces.count) else { return nil }
    }
    self.vectors = vectors
    self.count = count
  }

  /// The table: `dimensions` halves for each piece.
  package func table(dimensions: Int) -> [UInt16] {
    let principal = PrincipalComponents(rows: vectors, width: Self.width)
    var table = [UInt16](repeating: 0, count: count * dimensions)
    var centred = [Double](repeating: 0, count: Self.width)
    for piece in 0..<count {
      let weight = Self.weight(piece: piece, of: count)
      for k in 0..<Self.width { centred[k] = Double(vectors[piece * Self.width + k]) - principal.mean[k] }
      for dimension in 0..<dimensions {
        var sum = 0.0
        let component = principal.components[dimension]
        for k in 0..<Self.width { sum += centred[k] * component[k] }
        table[piece * dimensions + dimension] = HalfPrecision.bits(Float(sum * weight))
      }
    }
    return table
  }

  /// Smooth inverse frequency (Arora et al., 2017): a / (a + p), with a = 0.001. Nobody has counted the pieces, so p
  /// follows Zipf's law from a piece's rank. BERT's vocabulary lists whole words from 1,996 on, the common ones first;
  /// before them are punctuation and single characters, which are taken to be as common as the twentieth word.
  package static func weight(piece: Int, of count: Int) -> Double {
    let firstWord = 1996
    let rank = piece >= firstWord ? piece - firstWord + 1 : 20
    // The sum of 1 / rank over all words.
    let harmonic = 0.5772156649 + log(Double(max(count - firstWord, 2)))
    return 1e-3 / (1e-3 + 1 / (Double(rank) * harmonic))
  }
}

extension ModelStore {
  /// Makes the static table from the packed encoder. It takes seconds of one processor; `progress` gets the share
  /// that is done, and ends the work by returning false. Returns whether the table was made.
  @discardableResult
  public func distil(progress: (Double) -> Bool = { _ in true }) throws(ModelError) -> Bool {
    let file = try PackedFile(path: encoderPath, kind: .miniLM)
    let model = try MiniLM.open(packed: encoderPath)
    let count = model.vocabulary.count
    guard
      let distillation = Distillation(
        of: model, count: count, progress: { progress(Double($0) / Double(count)) })
    else { return false }
    var writer = try PackedFileWriter(path: staticPath, kind: .staticTable, source: file.source)
    try writer.add(.vocabulary, model.vocabulary.bytes)
    try writer.add(.words, distillation.table(dimensions: StaticModel.width))
    try writer.finish()
    return true
  }
}
