internal import CKernels

/// One thread's means to run the model: its kernels, its tokenizer and its memory.
///
/// A pass takes the tokens of several texts back to back, without padding, and yields one vector a text. Each text
/// gets the same bits whatever is beside it.
package final class Encoder {
  private let model: MiniLM
  package let arithmetic: MiniLM.Arithmetic
  private let kernels: CKernels_Encoder
  private let workspace = Workspace()
  /// Called with the inputs of each matrix product that has factors for its columns. For ``Calibration``.
  var observer: ((ActivationSite, UnsafeBufferPointer<Float>) -> Void)?
  package private(set) var tokenizer: WordPiece

  /// Tokens that one pass takes at most.
  package static let capacity = Workspace.capacity

  init(model: MiniLM, arithmetic: MiniLM.Arithmetic, kernels: CKernels_Encoder) {
    self.model = model
    self.arithmetic = arithmetic
    self.kernels = kernels
    tokenizer = WordPiece(vocabulary: model.vocabulary)
  }

  /// The pieces of `text`, without special tokens.
  package func tokens(of text: String) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(text.utf8.count / 3 + 8)
    tokenizer.encode(text, into: &tokens)
    return tokens
  }

  /// Runs one pass over `windows`, each the pieces of a text without special tokens, and calls `body` with the vector
  /// of each, in order. The vector is gone after `body` returns.
  ///
  /// The windows and two special tokens for each must fit ``capacity``.
  package func encode(_ windows: [ArraySlice<Int32>], _ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
    let rows = gather(windows)
    kernels.addNorm(
      workspace.hidden, nil, model.weights.embeddingNorm.gamma, model.weights.embeddingNorm.beta, rows,
      MiniLMShape.width)
    for (index, layer) in model.weights.layers.enumerated() {
      observe(.attention(layer: index), rows: rows)
      attend(layer, windows, rows: rows)
      observe(.expansion(layer: index), rows: rows)
      expand(layer, rows: rows)
    }
    var start = 0
    for (index, window) in windows.enumerated() {
      kernels.pool(
        workspace.hidden + start * MiniLMShape.width, window.count + 2, MiniLMShape.width, workspace.mixed)
      body(index, UnsafeBufferPointer(start: workspace.mixed, count: MiniLMShape.width))
      start += window.count + 2
    }
  }

  private func observe(_ site: ActivationSite, rows: Int) {
    observer?(site, UnsafeBufferPointer(start: workspace.hidden, count: rows * MiniLMShape.width))
  }

  /// Lays out the tokens of all windows and looks up their vectors. Returns their number.
  private func gather(_ windows: [ArraySlice<Int32>]) -> Int {
    var rows = 0
    for window in windows {
      precondition(rows + window.count + 2 <= Self.capacity, "the windows do not fit one pass")
      let first = rows
      func add(_ token: Int32) {
        workspace.identifiers[rows] = token
        workspace.places[rows] = Int32(rows - first)
        rows += 1
      }
      add(model.vocabulary.start)
      for token in window { add(token) }
      add(model.vocabulary.end)
    }
    kernels.gather(
      model.weights.words, model.weights.positions, workspace.identifiers, workspace.places, rows,
      MiniLMShape.width, workspace.hidden)
    return rows
  }

  /// The first half of a layer: every token looks at the others of its text.
  private func attend(_ layer: EncoderWeights.Layer, _ windows: [ArraySlice<Int32>], rows: Int) {
    let width = MiniLMShape.width
    multiply(
      workspace.hidden, layer.attention, factors: layer.attentionFactors, rows: rows,
      through: workspace.quantised,
      to: CKernels_Output(values: workspace.heads, rowStride: 32, panelStride: rows * 32))
    var start = 0
    for window in windows {
      let (heads, mixed) = (workspace.heads + start * 32, workspace.mixed + start * width)
      let (count, scratch) = (window.count + 2, workspace.scratch)
      switch arithmetic {
      case .int8: kernels.attendInt16(heads, rows * 32, count, MiniLMShape.heads, scratch, mixed)
      case .exact: kernels.attend(heads, rows * 32, count, MiniLMShape.heads, scratch, mixed)
      }
      start += window.count + 2
    }
    // The heads are spent; their memory takes the result.
    multiply(
      workspace.mixed, layer.output, rows: rows, through: workspace.quantised,
      to: .rows(workspace.heads, width))
    kernels.addNorm(
      workspace.hidden, workspace.heads, layer.attentionNorm.gamma, layer.attentionNorm.beta, rows, width)
  }

  /// The second half of a layer: each token by itself, a few at a time.
  private func expand(_ layer: EncoderWeights.Layer, rows: Int) {
    let width = MiniLMShape.width
    for start in stride(from: 0, to: rows, by: Workspace.innerRows) {
      let count = min(Workspace.innerRows, rows - start)
      let hidden = workspace.hidden + start * width
      multiply(
        hidden, layer.up, factors: layer.upFactors, rows: count, through: workspace.quantised, .gelu,
        to: .rows(workspace.inner, MiniLMShape.inner))
      multiply(
        workspace.inner, layer.down, rows: count, through: workspace.quantisedInner,
        to: .rows(workspace.mixed, width))
      kernels.addNorm(hidden, workspace.mixed, layer.norm.gamma, layer.norm.beta, count, width)
    }
  }

  private func multiply(
    _ input: UnsafePointer<Float>, _ matrix: EncoderWeights.Matrix, factors: UnsafePointer<Float>? = nil,
    rows: Int, through quantised: CKernels_Int8Rows, _ activation: CKernels_Activation = .linear,
    to output: CKernels_Output
  ) {
    switch arithmetic {
    case .int8:
      kernels.quantise(input, factors, rows, matrix.int8.width, quantised)
      kernels.multiplyInt8(quantised, matrix.int8, rows, activation, output)
    case .exact:
      kernels.multiplyHalf(input, matrix.half, rows, activation, output)
    }
  }
}

extension CKernels_Output {
  /// Row after row.
  fileprivate static func rows(_ values: UnsafeMutablePointer<Float>, _ width: Int) -> CKernels_Output {
    CKernels_Output(values: values, rowStride: width, panelStride: 32)
  }
}
