/// Turns the published weights into a ``PackedFile`` that the encoder reads in place.
struct MiniLMPacker {
  private let tensors: SafeTensors
  private let layout = EncoderLayout.miniLM
  private var parameters: [Float]
  private var int8: [Int8]
  private var half: [UInt16]

  init(tensors: SafeTensors) {
    self.tensors = tensors
    parameters = [Float](repeating: 0, count: layout.parameterCount)
    int8 = [Int8](repeating: 0, count: layout.int8Count)
    half = [UInt16](repeating: 0, count: layout.halfCount)
  }

  /// Packs weights and vocabulary into the file at `path`.
  static func pack(
    tensors: SafeTensors, vocabulary: Vocabulary, source: [UInt8], to path: String
  ) throws(ModelError) {
    var packer = MiniLMPacker(tensors: tensors)
    try packer.packEmbeddings()
    for layer in 0..<MiniLMShape.layers { try packer.packLayer(layer) }
    let words = try tensors.floats(
      "embeddings.word_embeddings.weight", shape: [MiniLMShape.words, MiniLMShape.width])
    var writer = try PackedFileWriter(path: path, kind: .miniLM, source: source)
    try writer.add(.vocabulary, vocabulary.bytes)
    try writer.add(.parameters, packer.parameters)
    try writer.add(.int8, packer.int8)
    try writer.add(.half, packer.half)
    try writer.add(.words, words.map { HalfPrecision.bits($0) })
    try writer.finish()
  }

  private mutating func put(_ values: [Float], at offset: Int) {
    parameters.replaceSubrange(offset..<offset + values.count, with: values)
  }

  /// Every token is of type 0, so that type's vector is added to the positions once and for all.
  private mutating func packEmbeddings() throws(ModelError) {
    let width = MiniLMShape.width
    var positions = try tensors.floats("embeddings.position_embeddings.weight", shape: [512, width])
    positions.removeLast((512 - MiniLMShape.window) * width)
    let types = try tensors.floats("embeddings.token_type_embeddings.weight", shape: [2, width])
    for index in positions.indices { positions[index] += types[index % width] }
    put(positions, at: layout.positions)
    try packNorm("embeddings.LayerNorm", layout.embeddingNorm)
  }

  private mutating func packLayer(_ index: Int) throws(ModelError) {
    let width = MiniLMShape.width
    let layer = layout.layers[index]
    let name = "encoder.layer.\(index)"
    var attention: [Float] = []
    var attentionBias: [Float] = []
    for part in ["query", "key", "value"] {
      attention += try tensors.floats("\(name).attention.self.\(part).weight", shape: [width, width])
      attentionBias += try tensors.floats("\(name).attention.self.\(part).bias", shape: [width])
    }
    let before = index == 0 ? "embeddings.LayerNorm" : "encoder.layer.\(index - 1).output.LayerNorm"
    let spread = try columnSpread(of: before)
    let attentionFactors = QuantisedMatrix.factors(spread: spread, weights: attention, width: width)
    put(attentionFactors, at: layer.attentionFactors)
    pack(attention, bias: attentionBias, factors: attentionFactors, as: layer.attention)

    try pack("\(name).attention.output.dense", as: layer.output)
    try packNorm("\(name).attention.output.LayerNorm", layer.attentionNorm)
    let up = try tensors.floats("\(name).intermediate.dense.weight", shape: [MiniLMShape.inner, width])
    let upBias = try tensors.floats("\(name).intermediate.dense.bias", shape: [MiniLMShape.inner])
    let upSpread = try columnSpread(of: "\(name).attention.output.LayerNorm")
    let upFactors = QuantisedMatrix.factors(spread: upSpread, weights: up, width: width)
    put(upFactors, at: layer.upFactors)
    pack(up, bias: upBias, factors: upFactors, as: layer.up)
    try pack("\(name).output.dense", as: layer.down)
    try packNorm("\(name).output.LayerNorm", layer.norm)
  }

  private mutating func packNorm(_ name: String, _ norm: EncoderLayout.Norm) throws(ModelError) {
    put(try tensors.floats("\(name).weight", shape: [MiniLMShape.width]), at: norm.gamma)
    put(try tensors.floats("\(name).bias", shape: [MiniLMShape.width]), at: norm.beta)
  }

  /// How far the columns that a layer norm puts out reach: each is its bias and up to about four times its gain.
  private func columnSpread(of norm: String) throws(ModelError) -> [Float] {
    let gamma = try tensors.floats("\(norm).weight", shape: [MiniLMShape.width])
    let beta = try tensors.floats("\(norm).bias", shape: [MiniLMShape.width])
    return gamma.indices.map { beta[$0].magnitude + 4 * gamma[$0].magnitude }
  }

  private mutating func pack(_ name: String, as matrix: EncoderLayout.Matrix) throws(ModelError) {
    let weights = try tensors.floats("\(name).weight", shape: [matrix.height, matrix.width])
    let bias = try tensors.floats("\(name).bias", shape: [matrix.height])
    pack(weights, bias: bias, factors: nil, as: matrix)
  }

  private mutating func pack(
    _ weights: [Float], bias: [Float], factors: [Float]?, as matrix: EncoderLayout.Matrix
  ) {
    let quantised = QuantisedMatrix(weights, width: matrix.width, height: matrix.height, factors: factors)
    put(bias, at: matrix.bias)
    put(quantised.scales, at: matrix.scales)
    put(quantised.sums.map { Float(bitPattern: UInt32(bitPattern: $0)) }, at: matrix.sums)
    int8.replaceSubrange(matrix.int8..<matrix.int8 + quantised.packed.count, with: quantised.packed)
    let halves = HalfPrecision.panels(weights, width: matrix.width, height: matrix.height)
    half.replaceSubrange(matrix.half..<matrix.half + halves.count, with: halves)
  }
}
