/// Where each array of the encoder lies in the sections of a packed file. The packer and the reader walk the same
/// description, so they cannot disagree.
package struct EncoderLayout {
  /// A matrix of the encoder, in 8 bits and in halves.
  struct Matrix {
    let width: Int
    let height: Int
    /// Into the section of 8-bit values, in values.
    let int8: Int
    /// Into the section of halves, in halves.
    let half: Int
    /// Into the section of parameters, in floats (the sums are as wide).
    let bias: Int
    let scales: Int
    let sums: Int
  }

  /// A layer norm, by the offsets of its two vectors in the section of parameters.
  struct Norm {
    let gamma: Int
    let beta: Int
  }

  struct Layer {
    /// Query, key and value as one matrix.
    let attention: Matrix
    let output: Matrix
    let attentionNorm: Norm
    let up: Matrix
    let down: Matrix
    let norm: Norm
    /// What the columns of the inputs of `attention` and `up` are multiplied by before they are quantised.
    let attentionFactors: Int
    let upFactors: Int
  }

  let positions: Int
  let embeddingNorm: Norm
  let layers: [Layer]
  let parameterCount: Int
  let int8Count: Int
  let halfCount: Int

  static let miniLM = EncoderLayout()

  private init() {
    var parameters = 0
    var values = 0
    func vector(_ count: Int) -> Int {
      defer { parameters += count }
      return parameters
    }
    func matrix(width: Int, height: Int) -> Matrix {
      defer { values += width * height }
      return Matrix(
        width: width, height: height, int8: values, half: values, bias: vector(height),
        scales: vector(height),
        sums: vector(height))
    }
    let width = MiniLMShape.width
    func norm() -> Norm { Norm(gamma: vector(width), beta: vector(width)) }
    positions = vector(MiniLMShape.window * width)
    embeddingNorm = norm()
    layers = (0..<MiniLMShape.layers).map { _ in
      Layer(
        attention: matrix(width: width, height: 3 * width), output: matrix(width: width, height: width),
        attentionNorm: norm(), up: matrix(width: width, height: MiniLMShape.inner),
        down: matrix(width: MiniLMShape.inner, height: width), norm: norm(), attentionFactors: vector(width),
        upFactors: vector(width))
    }
    parameterCount = parameters
    int8Count = values
    halfCount = values
  }
}
