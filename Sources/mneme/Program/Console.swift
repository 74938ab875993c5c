import Glibc

/// The terminal, or whatever stands in its place.
enum Console {
  /// Whether a person reads what is written.
  static let isTerminal = isatty(1) == 1

  /// Writes to standard output.
  static func write(_ text: String) { write(Array(text.utf8), to: 1) }

  /// Writes to standard error, as `mneme: …`.
  static func complain(_ text: String) { write(Array("mneme: \(text)\n".utf8), to: 2) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // Nobody reads any more: `mneme list_memories | head`.
      if count < 0 { return }
      offset += count
    }
  }
}
