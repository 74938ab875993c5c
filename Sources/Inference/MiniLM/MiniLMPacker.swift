import Glibc

/// Turns the published weights into a ``PackedFile`` that the encoder reads in place.
struct MiniLMPacker {
  private let tensors: SafeTensors
  private let calibration: Calibration?
  private let layout = EncoderLayout.miniLM
  private var parameters: [Float]
  private var int8: [Int8]
  private var half: [UInt16]

  private init(tensors: SafeTensors, calibration: Calibration?) {
    self.tensors = tensors
    self.calibration = calibration
    parameters = [Float](repeating: 0, count: layout.parameterCount)
    int8 = [Int8](repeating: 0, count: layout.int8Count)
    half = [UInt16](repeating: 0, count: layout.halfCount)
  }

  /// Packs weights and vocabulary into the file at `path`.
  ///
  /// It is done twice: how the columns of the encoder's activations are balanced before they are quantised follows
  /// from how far they reach, which the exact mode of a first version measures.
  static func pack(
    tensors: SafeTensors, vocabulary: Vocabulary, source: [UInt8], to path: String
  ) throws(ModelError) {
    let words = try tensors.floats(
      "embeddings.word_embeddings.weight", shape: [MiniLMShape.words, MiniLMShape.width]
    ).map { HalfPrecision.bits($0) }
    let firstPath = "\(path).first"
    defer { unlink(firstPath) }
    func pack(_ calibration: Calibration?, to path: String) throws(ModelError) {
      var packer = MiniLMPacker(tensors: tensors, calibration: calibration)
      try packer.packEmbeddings()
      for layer in 0..<MiniLMShape.layers { try packer.packLayer(layer) }
      var writer = try PackedFileWriter(path: path, kind: .miniLM, source: source)
      try writer.add(.vocabulary, vocabulary.bytes)
      try writer.add(.parameters, packer.parameters)
      try writer.add(.int8, packer.int8)
      try writer.add(.half, packer.half)
      try writer.add(.words, words)
      try writer.finish()
    }
    try pack(nil, to: firstPath)
    try pack(Calibration(of: try MiniLM.open(packed: firstPath)), to: path)
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
    let neutral = [Float](repeating: 1, count: width)
    var attention: [Float] = []
    var attentionBias: [Float] = []
    for part in ["query", "key", "value"] {
      attention += try tensors.floats("\(name).attention.self.\(part).weight", shape: [width, width])
      attentionBias += try tensors.floats("\(name).attention.self.\(part).bias", shape: [width])
    }
    let attentionFactors =
      calibration?.factors(before: .attention(layer: index), weights: attention) ?? neutral
    put(attentionFactors, at: layer.attentionFactors)
    pack(attention, bias: attentionBias, factors: attentionFactors, as: layer.attention)

    try pack("\(name).attention.output.dense", as: layer.output)
    try packNorm("\(name).attention.output.LayerNorm", layer.attentionNorm)
    let up = try tensors.floats("\(name).intermediate.dense.weight", shape: [MiniLMShape.inner, width])
    let upBias = try tensors.floats("\(name).intermediate.dense.bias", shape: [MiniLMShape.inner])
    let upFactors = calibration?.factors(before: .expansion(layer: index), weights: up) ?? neutral
    put(upFactors, at: layer.upFactors)
    pack(up, bias: upBias, factors: upFactors, as: layer.up)
    try pack("\(name).output.dense", as: layer.down)
    try packNorm("\(name).output.LayerNorm", layer.norm)
  }

  private mutating func packNorm(_ name: String, _ norm: EncoderLayout.Norm) throws(ModelError) {
    put(try tensors.floats("\(name).weight", shape: [MiniLMShape.width]), at: norm.gamma)
    put(try tensors.floats("\(name).bias", shape: [MiniLMShape.width]), at: norm.beta)
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
