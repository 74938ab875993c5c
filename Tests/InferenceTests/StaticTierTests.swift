import Inference
import Testing

@Suite struct StaticTierTests {
  @Test func `eigenvectors reproduce the matrix`() {
    var random = SeededRandom(seed: 6)
    let size = 24
    var matrix = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in i..<size {
        matrix[i * size + j] = .random(in: -1...1, using: &random)
        matrix[j * size + i] = matrix[i * size + j]
      }
    }
    let (values, vectors) = PrincipalComponents.eigen(symmetric: matrix, size: size)
    for i in 0..<size {
      for j in 0..<size {
        let product = (0..<size).reduce(0) {
          $0 + values[$1] * vectors[$1 * size + i] * vectors[$1 * size + j]
        }
        #expect((product - matrix[i * size + j]).magnitude < 1e-9)
        let dot = (0..<size).reduce(0) { $0 + vectors[i * size + $1] * vectors[j * size + $1] }
        #expect((dot - (i == j ? 1 : 0)).magnitude < 1e-9)
      }
    }
  }

  @Test func `the first component is the direction of most variance`() {
    var random = SeededRandom(seed: 7)
    var rows: [Float] = []
    for _ in 0..<500 {
      let along = Float.random(in: -5...5, using: &random)
      rows += [1 + along * 0.6, 2 + along * 0.8, Float.random(in: -0.1...0.1, using: &random)]
    }
    let principal = PrincipalComponents(rows: rows, width: 3)
    #expect((principal.components[0][0] - 0.6).magnitude < 0.01)
    #expect((principal.components[0][1] - 0.8).magnitude < 0.01)
    #expect(principal.variances[0] > 100 * principal.variances[1])
  }

  @Test func `common words weigh less than rare ones`() {
    let weights = [1996, 1999, 2100, 5000, 30000].map { Distillation.weight(piece: $0, of: 30522) }
    #expect(weights == weights.sorted())
    #expect(weights[0] < 0.02 && weights[4] > 0.99)
  }

  @Test func `a distilled table embeds by the mean of its pieces`() throws {
    let store = try TestModel.store()
    let model = try TestModel.model()
    // The first pieces only: the whole vocabulary takes a while where code is not optimised.
    let distillation = try #require(Distillation(of: model, count: 2400) { _ in true })
    var writer = try PackedFileWriter(
      path: store.staticPath, kind: .staticTable, source: [UInt8](repeating: 0, count: 32))
    try writer.add(.vocabulary, model.vocabulary.bytes)
    let rest = [UInt16](repeating: 0, count: (model.vocabulary.count - 2400) * StaticModel.width)
    try writer.add(.words, distillation.table(dimensions: StaticModel.width) + rest)
    try writer.finish()

    let table = try StaticModel.open(packed: store.staticPath)
    try store.verify()
    var tokenizer = table.makeTokenizer()
    let (man, king, river) = (
      table.embed("king", with: &tokenizer), table.embed("the king", with: &tokenizer),
      table.embed("river", with: &tokenizer)
    )
    #expect(man.values.count == 256)
    #expect(man.similarity(to: king) > 0.95, "an article says little")
    #expect(man.similarity(to: river) < 0.8)
    #expect(table.embed("", with: &tokenizer).values.allSatisfy { $0 == 0 })
    #expect(
      table.embed("river king", with: &tokenizer).similarity(to: table.embed("king river", with: &tokenizer))
        > 0.9999)
  }

  @Test func `distillation can be ended`() throws {
    #expect(Distillation(of: try TestModel.model(), count: 1000) { _ in false } == nil)
  }
}
