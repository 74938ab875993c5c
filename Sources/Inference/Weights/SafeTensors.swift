/// The tensors of a `.safetensors` file: eight bytes of length, a JSON header, then the numbers.
///
/// Only what this project reads is understood: single-precision tensors. Every range is checked against the file, so a
/// tensor that is handed out can be read.
package struct SafeTensors {
  private let path: String
  private let file: StableBytes
  private let tensors: [String: Tensor]

  private struct Tensor {
    let type: String
    let shape: [Int]
    let bytes: Range<Int>
  }

  package init(path: String) throws(ModelError) {
    self.path = path
    file = try StableBytes(path: path)
    let bytes = file.bytes
    guard bytes.count >= 8 else { throw .damaged(path: path, reason: "no header") }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(bytes.count - 8), length < 1 << 24 else {
      throw .damaged(path: path, reason: "the header does not fit the file")
    }
    var header = HeaderScanner(text: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + Int(length)]))
    guard let entries = header.tensors() else {
      throw .damaged(path: path, reason: "the header cannot be read")
    }
    let start = 8 + Int(length)
    var tensors: [String: Tensor] = [:]
    for entry in entries {
      guard entry.begin >= 0, entry.begin <= entry.end, entry.end <= bytes.count - start else {
        throw .damaged(path: path, reason: "\(entry.name) lies outside the file")
      }
      tensors[entry.name] = Tensor(
        type: entry.type, shape: entry.shape, bytes: start + entry.begin..<start + entry.end)
    }
    self.tensors = tensors
  }

  /// The numbers of the tensor called `name`, row after row.
  package func floats(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
    guard let tensor = tensors[name] else { throw .damaged(path: path, reason: "no tensor \(name)") }
    let count = shape.reduce(1, *)
    guard tensor.type == "F32", tensor.shape == shape, tensor.bytes.count == count * 4 else {
      throw .damaged(path: path, reason: "\(name) is \(tensor.type) \(tensor.shape), not F32 \(shape)")
    }
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: file.bytes[tensor.bytes]))
      initialized = count
    }
  }
}

/// The subset of JSON in which these headers are written: an object of objects with strings and arrays of integers.
private struct HeaderScanner {
  struct Entry {
    var name = ""
    var type = ""
    var shape: [Int] = []
    var begin = -1
    var end = -1
  }

  private let text: UnsafeRawBufferPointer
  private var position = 0

  init(text: UnsafeRawBufferPointer) { self.text = text }

  mutating func tensors() -> [Entry]? {
    var entries: [Entry] = []
    guard skip("{") else { return nil }
    if skip("}") { return entries }
    repeat {
      guard let name = string(), skip(":") else { return nil }
      guard var entry = entry() else { return nil }
      entry.name = name
      if name != "__metadata__" { entries.append(entry) }
    } while skip(",")
    return skip("}") ? entries : nil
  }

  private mutating func entry() -> Entry? {
    var entry = Entry()
    guard skip("{") else { return nil }
    if skip("}") { return entry }
    repeat {
      guard let key = string(), skip(":") else { return nil }
      switch key {
      case "shape":
        guard let shape = integers() else { return nil }
        entry.shape = shape
      case "data_offsets":
        guard let offsets = integers(), offsets.count == 2 else { return nil }
        (entry.begin, entry.end) = (offsets[0], offsets[1])
      default:
        guard let value = string() else { return nil }
        if key == "dtype" { entry.type = value }
      }
    } while skip(",")
    return skip("}") ? entry : nil
  }

  private mutating func skipSpace() {
    while position < text.count, text[position] <= 0x20 { position += 1 }
  }

  private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, UInt32(text[position]) == mark.value else { return false }
    position += 1
    return true
  }

  private mutating func string() -> String? {
    guard skip("\"") else { return nil }
    let start = position
    while position < text.count, text[position] != UInt8(ascii: "\"") {
      // Escapes do not occur in names of tensors; a header that has them is refused.
      if text[position] == UInt8(ascii: "\\") { return nil }
      position += 1
    }
    guard position < text.count else { return nil }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func integers() -> [Int]? {
    var values: [Int] = []
    guard skip("[") else { return nil }
    if skip("]") { return values }
    repeat {
      skipSpace()
      let start = position
      while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) {
        position += 1
      }
      guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else { return nil }
      values.append(value)
    } while skip(",")
    return skip("]") ? values : nil
  }
}
