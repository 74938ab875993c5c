import Glibc
import Testing
import Vectors

@testable import struct Vectors.SplitMix

/// Unit vectors in clusters, the same for the same seed.
struct Samples {
  let dimension: Int
  private let topics: [[Float]]
  private var random: SplitMix

  init(dimension: Int, topics: Int = 40, seed: UInt64) {
    self.dimension = dimension
    var random = SplitMix(seed: seed)
    let shared = Samples.gaussian(dimension, &random)
    self.topics = (0..<topics).map { _ in
      zip(Samples.gaussian(dimension, &random), shared).map { $0 + $1 / 2 }
    }
    self.random = random
  }

  mutating func next() -> [Float] {
    let topic = topics[Int(random.next() % UInt64(topics.count))]
    let own = Samples.gaussian(dimension, &random)
    let vector = zip(topic, own).map { $0 + 0.8 * $1 }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / length }
  }

  mutating func vectors(_ count: Int) -> [[Float]] { (0..<count).map { _ in next() } }

  private static func gaussian(_ count: Int, _ random: inout SplitMix) -> [Float] {
    // Twelve uniform numbers less six: near enough to the bell.
    (0..<count).map { _ in
      var sum: Float = -6
      for _ in 0..<12 { sum += Float(random.next() >> 40) / Float(1 << 24) }
      return sum
    }
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
      guard let start = buffer.baseAddress, let made = mkdtemp(start) else { fatalError("no temporary folder") }
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

/// What an index should answer, by plain arithmetic.
struct Reference {
  var vectors: [VectorID: [Float]] = [:]

  func search(_ query: [Float], k: Int, where isWanted: (VectorID) -> Bool = { _ in true }) -> [VectorHit] {
    var hits: [VectorHit] = []
    for (id, vector) in vectors where isWanted(id) {
      hits.append(VectorHit(id: id, score: zip(query, vector).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    return Array(hits.sorted().prefix(k))
  }
}

/// The share of `truth` that `hits` hold.
func recall(_ hits: [VectorHit], _ truth: [VectorHit]) -> Double {
  truth.isEmpty ? 1 : Double(Set(hits.map(\.id)).intersection(truth.map(\.id)).count) / Double(truth.count)
}
