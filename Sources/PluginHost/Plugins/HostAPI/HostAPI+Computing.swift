internal import Engine
internal import Identity
internal import JSON
internal import LuaRuntime
internal import Model

extension HostAPI {
  /// What needs no permission, since it touches nothing.
  static let computing: [HostDeclaration] = [
    HostDeclaration(
      "mneme.now", nil, returns: "string", "The present instant, such as 2026-11-26T12:00:00Z.",
      .computes { (run, _) in .string(run.engine.now.iso8601) }),
    HostDeclaration(
      "mneme.json.encode", nil, [.init("value", "any", "Plain data.")], returns: "string",
      "The value as JSON.",
      .computes { (_, arguments) in .string(arguments[0].text) }),
    HostDeclaration(
      "mneme.json.decode", nil, [.init("text", "string", "JSON.")], returns: "any",
      "The value that a JSON text stands for. Raises an error when it is none.",
      .computes { (_, arguments) throws(HostError) in
        do { return try JSONValue(parsing: arguments[0].stringValue ?? "") } catch {
          throw HostError("this is no JSON: \(error)")
        }
      }),
    HostDeclaration(
      "mneme.crypto.sha256", nil, [.init("text", "string", "Any text.")], returns: "string",
      "The SHA-256 digest, in hexadecimal.",
      .computes { (_, arguments) in .string(hexadecimal(sha256(Array((arguments[0].stringValue ?? "").utf8))))
      }),
    HostDeclaration(
      "mneme.crypto.hmac_sha256", nil,
      [
        .init("key", "string", "The secret that both sides know."),
        .init("text", "string", "What is signed."),
      ],
      returns: "string", "The HMAC-SHA-256 (RFC 2104), in hexadecimal.",
      .computes { (_, arguments) in
        .string(
          hexadecimal(
            hmacSHA256(
              Array((arguments[0].stringValue ?? "").utf8), Array((arguments[1].stringValue ?? "").utf8))))
      }),
  ]
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

/// RFC 2104 with SHA-256.
func hmacSHA256(_ key: [UInt8], _ text: [UInt8]) -> [UInt8] {
  let short = key.count > 64 ? sha256(key) : key
  let block = short + [UInt8](repeating: 0, count: 64 - short.count)
  return sha256(block.map { $0 ^ 0x5C } + sha256(block.map { $0 ^ 0x36 } + text))
}
