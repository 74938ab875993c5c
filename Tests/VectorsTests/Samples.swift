import Glibc
import Testing

@testable import Vectors

/// Unit vectors in clusters, the same for the same seed.
struct Samples {
  let dimension: Int
  private let topics: [[Float]]
  private let noise: [Float]
  private var random: SplitMix

  init(dimension: Int, topics: Int = 40, seed: UInt64) {
    self.dimension = dimension
    var random = SplitMix(seed: seed)
    // Drawing from a pool is fast, and with random starts as good as new.
    let pool = (0..<8_191).map { _ in Samples.gaussian(&random) }
    noise = pool + pool.prefix(dimension)
    self.topics = (0..<topics).map { _ in
      let start = Int(random.next() % 8_191)
      return (0..<dimension).map { pool[(start + $0 * 7) % 8_191] + pool[$0 % 8_191] / 2 }
    }
    self.random = random
  }

  mutating func next() -> [Float] {
    let topic = topics[Int(random.next() % UInt64(topics.count))]
    let (first, second) = (Int(random.next() % 8_191), Int(random.next() % 8_191))
    var vector = [Float](repeating: 0, count: dimension)
    var square: Float = 0
    for index in 0..<dimension {
      let value = topic[index] + 0.6 * noise[first + index] + 0.5 * noise[second + index]
      vector[index] = value
      square += value * value
    }
    let length = square.squareRoot()
    for index in 0..<dimension { vector[index] /= length }
    return vector
  }

  mutating func vectors(_ count: Int) -> [[Float]] { (0..<count).map { _ in next() } }

  /// Twelve uniform numbers less six: near enough to the bell.
  private static func gaussian(_ random: inout SplitMix) -> Float {
    (0..<12).reduce(-6) { sum, _ in sum + Float(random.next() >> 40) / Float(1 << 24) }
  }
}

extension VectorID {
  init(_ number: Int) { self.init(high: 0x0197_6c1e_8f9a_7c3d, low: UInt64(number)) }
}

/// A folder that goes when this does.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/vectors-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, let made = mkdtemp(start) else {
        fatalError("no temporary folder")
      }
      return String(cString: made)
    }
  }

  deinit {
    for file in files { unlink("\(path)/\(file)") }
    rmdir(path)
  }

  var files: [String] {
    guard let entries = opendir(path) else { return [] }
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  func read(_ name: String) -> [UInt8] {
    guard let file = fopen("\(path)/\(name)", "r") else { return [] }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: ftell(file))
    rewind(file)
    _ = fread(&bytes, 1, bytes.count, file)
    return bytes
  }

  func write(_ bytes: [UInt8], to name: String) {
    guard let file = fopen("\(path)/\(name)", "w") else { fatalError("cannot write") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }
}

/// What an index should answer: every vector compared.
struct Reference {
  /// Their sums are tested on their own; here they save a debug build from hours of `reduce`.
  private let kernels = Kernels.best
  var vectors: [VectorID: [Float]]

  init(vectors: [VectorID: [Float]] = [:]) { self.vectors = vectors }

  func search(_ query: [Float], k: Int, where isWanted: (VectorID) -> Bool = { _ in true }) -> [VectorHit] {
    var hits: [VectorHit] = []
    for (id, vector) in vectors where isWanted(id) {
      hits.append(VectorHit(id: id, score: kernels.dot(query, vector, query.count)))
    }
    return Array(hits.sorted().prefix(k))
  }
}

/// The share of `truth` that `hits` hold.
func recall(_ hits: [VectorHit], _ truth: [VectorHit]) -> Double {
  truth.isEmpty ? 1 : Double(Set(hits.map(\.id)).intersection(truth.map(\.id)).count) / Double(truth.count)
}
