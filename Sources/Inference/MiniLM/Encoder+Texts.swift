extension Encoder {
  /// The embeddings of `texts`, in their order. Long texts are cut by ``TokenWindows``; passes are filled with as many
  /// windows as fit.
  package func embed(_ texts: [String]) -> [Embedding] {
    var plan = PassPlan(texts: texts.map { tokens(of: $0) })
    while let pass = plan.next() { run(pass, of: &plan) }
    return plan.embeddings
  }

  /// Runs one pass of `plan`.
  func run(_ pass: PassPlan.Pass, of plan: inout PassPlan) {
    encode(pass.windows) { index, vector in plan.add(vector, for: pass.parts[index]) }
  }
}

/// Texts on their way through the encoder: which windows go into the next pass, and what has come out so far.
struct PassPlan {
  /// A window of a text.
  struct Part {
    let text: Int
    let weight: Float
  }

  struct Pass {
    var windows: [ArraySlice<Int32>] = []
    var parts: [Part] = []
    var tokens = 0
  }

  private let texts: [[Int32]]
  private let windows: [TokenWindows]
  private var text = 0
  private var window = 0
  private var sums: [[Float]]

  init(texts: [[Int32]]) {
    self.texts = texts
    windows = texts.map { TokenWindows(count: $0.count) }
    sums = [[Float]](repeating: [], count: texts.count)
  }

  /// The next pass: as many windows, in order, as fit. Nil when none is left.
  mutating func next() -> Pass? {
    var pass = Pass()
    while text < texts.count {
      let part = windows[text].windows[window]
      guard pass.tokens + part.tokens.count + 2 <= Encoder.capacity else { break }
      pass.windows.append(texts[text][part.tokens])
      pass.parts.append(Part(text: text, weight: part.weight))
      pass.tokens += part.tokens.count + 2
      window += 1
      if window == windows[text].windows.count { (text, window) = (text + 1, 0) }
    }
    return pass.windows.isEmpty ? nil : pass
  }

  mutating func add(_ vector: UnsafeBufferPointer<Float>, for part: Part) {
    if sums[part.text].isEmpty {
      sums[part.text] = vector.map { $0 * part.weight }
    } else {
      for index in vector.indices { sums[part.text][index] += vector[index] * part.weight }
    }
  }

  /// The embeddings of all texts, after the last pass.
  var embeddings: [Embedding] {
    zip(sums, windows).map { sum, cut in
      // One window is of unit length as it is; a mean is not.
      guard cut.windows.count > 1 else { return Embedding(unit: sum) }
      guard let embedding = Embedding(normalizing: sum) else {
        preconditionFailure("a mean of unit vectors is finite")
      }
      return embedding
    }
  }
}
