/// Percent-decoding of paths and queries.
enum PercentDecoding {
  /// The text that a path segment stands for, or `nil` if it is not UTF-8 or contains a NUL.
  static func segment(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.contains(Byte.percent) else { return String(decoding: bytes, as: UTF8.self) }
    let decoded = decode(bytes, plusIsSpace: false)
    guard !decoded.contains(0) else { return nil }
    return String(validating: decoded, as: UTF8.self)
  }

  /// The names and values of a query as forms write it: `a=1&b=two+words`. Broken escapes stand for themselves.
  static func query(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: String)] {
    bytes.split(separator: UInt8(ascii: "&")).map { item in
      let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
      let value = equals < item.endIndex ? item[(equals + 1)...] : []
      return (text(item[..<equals]), text(value))
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: decode(bytes, plusIsSpace: true), as: UTF8.self)
  }

  static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == Byte.percent, index + 2 < bytes.endIndex, let high = Byte.hexValue(bytes[index + 1]),
        let low = Byte.hexValue(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(plusIsSpace && byte == Byte.plus ? Byte.space : byte)
        index += 1
      }
    }
    return decoded
  }
}
