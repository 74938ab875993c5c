/// A weight matrix in 8 bits, packed as `CKernels_Int8Matrix` wants it.
package struct QuantisedMatrix {
  /// `[height / 32][width / 4][32][4]`.
  package let packed: [Int8]
  /// What an output's sum of products is multiplied by.
  package let scales: [Float]
  /// The sum of each output's values.
  package let sums: [Int32]

  /// Quantises `weights` (`height` rows of `width`), each row by its own largest magnitude. With `factors`, the inputs
  /// will have been multiplied by them, and the columns here are divided by them.
  package init(_ weights: [Float], width: Int, height: Int, factors: [Float]? = nil) {
    var packed = [Int8](repeating: 0, count: width * height)
    var scales = [Float](repeating: 0, count: height)
    var sums = [Int32](repeating: 0, count: height)
    weights.withUnsafeBufferPointer { weights in
      packed.withUnsafeMutableBufferPointer { packed in
        var row = [Float](repeating: 0, count: width)
        for n in 0..<height {
          var most: Float = 0
          for k in 0..<width {
            let weight = weights[n * width + k] / (factors?[k] ?? 1)
            row[k] = weight
            most = max(most, weight.magnitude)
          }
          let scale = most > 0 ? most / 127 : 1
          let panel = n / 32 * 32 * width + n % 32 * 4
          var sum: Int32 = 0
          for k in 0..<width {
            let value = Int8((row[k] / scale).rounded(.toNearestOrEven))
            packed[panel + k / 4 * 128 + k % 4] = value
            sum += Int32(value)
          }
          scales[n] = scale
          sums[n] = sum
        }
      }
    }
    self.packed = packed
    self.scales = scales
    self.sums = sums
  }
}
