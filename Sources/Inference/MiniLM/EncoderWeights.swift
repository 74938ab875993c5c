internal import CKernels

/// The encoder's weights as the kernels take them: pointers into a mapped file.
struct EncoderWeights: @unchecked Sendable {
  // Sendable: the pointers lead into `file`, which is mapped read-only and never changes.
  private let file: StableBytes

  struct Norm {
    let gamma: UnsafePointer<Float>
    let beta: UnsafePointer<Float>
  }

  struct Matrix {
    let int8: CKernels_Int8Matrix
    let half: CKernels_HalfMatrix
  }

  struct Layer {
    let attention: Matrix
    let attentionFactors: UnsafePointer<Float>
    let output: Matrix
    let attentionNorm: Norm
    let up: Matrix
    let upFactors: UnsafePointer<Float>
    let down: Matrix
    let norm: Norm
  }

  let words: UnsafePointer<UInt16>
  let positions: UnsafePointer<Float>
  let embeddingNorm: Norm
  let layers: [Layer]

  init(_ packed: PackedFile) throws(ModelError) {
    let layout = EncoderLayout.miniLM
    func pointer<T>(
      _ section: PackedFile.Section, _ type: T.Type, _ count: Int
    ) throws(ModelError) -> UnsafePointer<T> {
      let bytes = try packed.section(section, count: count * MemoryLayout<T>.stride)
      guard let start = bytes.baseAddress else {
        preconditionFailure("a section of the model is never empty")
      }
      return start.assumingMemoryBound(to: type)
    }
    let parameters = try pointer(.parameters, Float.self, layout.parameterCount)
    let int8 = try pointer(.int8, Int8.self, layout.int8Count)
    let half = try pointer(.half, UInt16.self, layout.halfCount)
    words = try pointer(.words, UInt16.self, MiniLMShape.words * MiniLMShape.width)

    func norm(_ at: EncoderLayout.Norm) -> Norm {
      Norm(gamma: parameters + at.gamma, beta: parameters + at.beta)
    }
    func matrix(_ at: EncoderLayout.Matrix) -> Matrix {
      let sums = UnsafeRawPointer(parameters + at.sums).assumingMemoryBound(to: Int32.self)
      return Matrix(
        int8: CKernels_Int8Matrix(
          values: int8 + at.int8, scales: parameters + at.scales, sums: sums, bias: parameters + at.bias,
          width: at.width, height: at.height),
        half: CKernels_HalfMatrix(
          values: half + at.half, bias: parameters + at.bias, width: at.width, height: at.height))
    }
    file = packed.file
    positions = parameters + layout.positions
    embeddingNorm = norm(layout.embeddingNorm)
    layers = layout.layers.map { layer in
      Layer(
        attention: matrix(layer.attention), attentionFactors: parameters + layer.attentionFactors,
        output: matrix(layer.output), attentionNorm: norm(layer.attentionNorm), up: matrix(layer.up),
        upFactors: parameters + layer.upFactors, down: matrix(layer.down), norm: norm(layer.norm))
    }
  }
}
