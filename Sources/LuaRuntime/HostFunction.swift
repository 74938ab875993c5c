internal import CLuaBridge
import Glibc
public import JSON

/// A function that scripts in a sandbox may call.
///
/// A dot in the name makes a namespace: `memory.read` is called as `memory.read(…)`. Values arrive and leave as
/// plain data. What the body throws becomes a Lua error, which the script may catch.
public struct HostFunction: Sendable {
  public let name: String
  public let body: @Sendable (HostCall) throws(HostError) -> JSONValue

  public init(_ name: String, _ body: @escaping @Sendable (HostCall) throws(HostError) -> JSONValue) {
    self.name = name
    self.body = body
  }
}

/// What a host function is called with.
public struct HostCall: Sendable {
  public let arguments: [JSONValue]
  /// What the caller of the script gave along: on whose behalf it runs, for instance.
  public let context: (any Sendable)?
}

/// Why a host function refuses. The message is shown to the script and its author.
public struct HostError: Error, Sendable, Hashable {
  public let message: String

  public init(_ message: String) { self.message = message }
}

/// Answers the calls of one run.
final class HostDesk {
  private let functions: [HostFunction]
  private let context: (any Sendable)?

  init(_ functions: [HostFunction], _ context: (any Sendable)?) {
    self.functions = functions
    self.context = context
  }

  /// What the bridge calls. It frees the block that `reply` is set to.
  static let answer: CLuaBridge_host = { desk, index, arguments, length, reply, replyLength in
    guard let desk, let reply, let replyLength else { return 1 }
    let whole = Unmanaged<HostDesk>.fromOpaque(desk).takeUnretainedValue()
    var reader = WireReader(UnsafeRawBufferPointer(start: arguments, count: length))
    let function = whole.functions[Int(index)]
    do throws(HostError) {
      let value = try function.body(HostCall(arguments: reader.values(), context: whole.context))
      LuaArguments([value]).withBytes { shapes, body in
        var count = UInt64(shapes.count)
        withUnsafeBytes(of: &count) {
          lend([$0, UnsafeRawBufferPointer(shapes), UnsafeRawBufferPointer(body)], reply, replyLength)
        }
      }
      return 0
    } catch {
      var message = error.message
      message.withUTF8 { lend([UnsafeRawBufferPointer($0)], reply, replyLength) }
      return 1
    }
  }
}

/// Copies `pieces` into one block from malloc, whose owner is then the bridge.
private func lend(
  _ pieces: [UnsafeRawBufferPointer], _ reply: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
  _ length: UnsafeMutablePointer<Int>
) {
  let total = pieces.reduce(0) { $0 + $1.count }
  guard let block = malloc(max(total, 1)) else { return }
  var at = 0
  for piece in pieces {
    if let start = piece.baseAddress { memcpy(block + at, start, piece.count) }
    at += piece.count
  }
  reply.pointee = block.assumingMemoryBound(to: UInt8.self)
  length.pointee = total
}
