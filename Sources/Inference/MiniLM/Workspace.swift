internal import CKernels

/// The memory of one encoder: room for the tokens of one batch at every step of a pass. Allocated once.
struct Workspace: ~Copyable {
  /// Tokens in a batch.
  static let capacity = MiniLMShape.window
  /// Tokens that go through the wide middle of a layer together: their activations stay in the second-level cache.
  static let innerRows = 64

  let identifiers: UnsafeMutablePointer<Int32>
  let places: UnsafeMutablePointer<Int32>
  let hidden: UnsafeMutablePointer<Float>
  let mixed: UnsafeMutablePointer<Float>
  let heads: UnsafeMutablePointer<Float>
  let inner: UnsafeMutablePointer<Float>
  let quantised: CKernels_Int8Rows
  let quantisedInner: CKernels_Int8Rows
  let scratch: UnsafeMutablePointer<Float>

  init() {
    func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
      // Aligned to cache lines: a vector load that crosses a line counts twice.
      let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
      return raw.bindMemory(to: Float.self, capacity: count)
    }
    func rows(_ count: Int, width: Int) -> CKernels_Int8Rows {
      let values = UnsafeMutableRawPointer.allocate(byteCount: count * width, alignment: 64)
      return CKernels_Int8Rows(
        values: values.bindMemory(to: UInt8.self, capacity: count * width), scales: floats(count),
        zeros: .allocate(capacity: count))
    }
    identifiers = .allocate(capacity: Self.capacity)
    places = .allocate(capacity: Self.capacity)
    hidden = floats(Self.capacity * MiniLMShape.width)
    mixed = floats(Self.capacity * MiniLMShape.width)
    heads = floats(Self.capacity * 3 * MiniLMShape.width)
    inner = floats(Self.innerRows * MiniLMShape.inner)
    quantised = rows(Self.capacity, width: MiniLMShape.width)
    quantisedInner = rows(Self.innerRows, width: MiniLMShape.inner)
    scratch = floats(CKernels_attentionScratch(MiniLMShape.window))
  }

  deinit {
    for buffer in [identifiers, places] { buffer.deallocate() }
    for buffer in [hidden, mixed, heads, inner, scratch] { buffer.deallocate() }
    for rows in [quantised, quantisedInner] {
      rows.values.deallocate()
      rows.scales.deallocate()
      rows.zeros.deallocate()
    }
  }
}
