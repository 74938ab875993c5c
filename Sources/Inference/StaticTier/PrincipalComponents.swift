/// The directions in which rows of numbers vary most.
package struct PrincipalComponents {
  /// The mean of the rows.
  package let mean: [Double]
  /// Unit vectors, the one with the largest variance first.
  package let components: [[Double]]
  /// The variance along each.
  package let variances: [Double]

  /// Of `rows`, `width` numbers each, one after the other.
  package init(rows: [Float], width: Int) {
    let count = rows.count / width
    var mean = [Double](repeating: 0, count: width)
    var covariance = [Double](repeating: 0, count: width * width)
    rows.withUnsafeBufferPointer { rows in
      for index in rows.indices { mean[index % width] += Double(rows[index]) }
      for column in 0..<width { mean[column] /= Double(count) }
      var centred = [Double](repeating: 0, count: width)
      covariance.withUnsafeMutableBufferPointer { covariance in
        for row in 0..<count {
          for column in 0..<width { centred[column] = Double(rows[row * width + column]) - mean[column] }
          centred.withUnsafeBufferPointer { centred in
            for i in 0..<width {
              let value = centred[i]
              for j in i..<width { covariance[i * width + j] += value * centred[j] }
            }
          }
        }
      }
    }
    for i in 0..<width {
      for j in i..<width {
        covariance[i * width + j] /= Double(count)
        covariance[j * width + i] = covariance[i * width + j]
      }
    }
    let (values, vectors) = Self.eigen(symmetric: covariance, size: width)
    let order = values.indices.sorted { values[$0] > values[$1] }
    self.mean = mean
    variances = order.map { values[$0] }
    components = order.map { index in
      let vector = Array(vectors[index * width..<(index + 1) * width])
      // A direction and its opposite are equally good; the one whose largest number is positive is taken.
      let largest = vector.max { $0.magnitude < $1.magnitude } ?? 0
      return largest < 0 ? vector.map { -$0 } : vector
    }
  }

  /// Eigenvalues and eigenvectors (as rows) of a symmetric matrix, by Jacobi's rotations.
  package static func eigen(symmetric matrix: [Double], size: Int) -> (values: [Double], vectors: [Double]) {
    var matrix = matrix
    var vectors = [Double](repeating: 0, count: size * size)
    for i in 0..<size { vectors[i * size + i] = 1 }
    matrix.withUnsafeMutableBufferPointer { a in
      vectors.withUnsafeMutableBufferPointer { v in
        // Convergence is quadratic: about ten sweeps for hundreds of dimensions.
        for _ in 0..<60 {
          var off = 0.0
          var diagonal = 0.0
          for i in 0..<size {
            diagonal += a[i * size + i] * a[i * size + i]
            for j in (i + 1)..<max(size, i + 1) { off += a[i * size + j] * a[i * size + j] }
          }
          if off <= diagonal * 1e-24 { break }
          for p in 0..<size {
            for q in (p + 1)..<max(size, p + 1) where a[p * size + q] != 0 { rotate(a, v, size, p, q) }
          }
        }
      }
    }
    return ((0..<size).map { matrix[$0 * size + $0] }, vectors)
  }

  /// Turns the plane of `p` and `q` so that their entry vanishes.
  private static func rotate(
    _ a: UnsafeMutableBufferPointer<Double>, _ v: UnsafeMutableBufferPointer<Double>, _ size: Int, _ p: Int,
    _ q: Int
  ) {
    let apq = a[p * size + q]
    let theta = (a[q * size + q] - a[p * size + p]) / (2 * apq)
    let t = (theta < 0 ? -1.0 : 1.0) / (theta.magnitude + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in 0..<size {
      let kp = a[k * size + p]
      let kq = a[k * size + q]
      a[k * size + p] = c * kp - s * kq
      a[k * size + q] = s * kp + c * kq
    }
    for k in 0..<size {
      let pk = a[p * size + k]
      let qk = a[q * size + k]
      a[p * size + k] = c * pk - s * qk
      a[q * size + k] = s * pk + c * qk
      let vp = v[p * size + k]
      let vq = v[q * size + k]
      v[p * size + k] = c * vp - s * vq
      v[q * size + k] = s * vp + c * vq
    }
  }
}
