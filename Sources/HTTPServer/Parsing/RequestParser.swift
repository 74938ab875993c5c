/// Bytes of a connection in, requests out: HTTP/1.1 as RFC 9112 writes it, and nothing looser.
///
/// The parser is a value without I/O. It never looks at a byte twice, and what it finds does not depend on how the bytes
/// were split. Whatever two implementations could read differently is refused, since a proxy in front may have read it
/// the other way: a line that ends in a bare LF, a folded header, two lengths.
///
/// ```swift
/// while true {
///   switch parser.advance(bytes, &position) {
///   case .needsInput: return                                    // every byte is consumed
///   case .head: rejection = parser.admitBody(limit: 1 << 20)    // what is known: method, target, headers
///   case .complete: let (head, body) = parser.takeRequest()     // and the next request may follow
///   case .rejected(let rejection): close(after: rejection)      // nothing more is read
///   }
/// }
/// ```
package struct RequestParser: Sendable {
  package struct Limits: Sendable {
    package var head = 32 << 10
    package var target = 8 << 10
    package var fields = 128
    package var trailers = 8 << 10
    package var chunkExtensions = 4 << 10

    package init() {}
  }

  package enum Step: Equatable {
    /// All input is consumed, and the request is not at its end.
    case needsInput
    /// The head is known. `admitBody` must be called before the parser goes on.
    case head
    /// The request is known. `takeRequest` must be called before the parser goes on.
    case complete
    /// The request is refused; so is all that follows.
    case rejected(Rejection)
  }

  enum State: UInt8 {
    case start, startLineFeed, method, target, version, requestLineFeed
    case fieldStart, fieldName, valueStart, value, valueLineFeed, headLineFeed, head
    case fixedBody
    case chunkStart, chunkSize, chunkBlank, chunkExtension, chunkLineFeed, chunkData, chunkReturn, chunkEnd
    case trailerStart, trailerName, trailerValue, trailerLineFeed, lastLineFeed
    case complete, rejected
  }

  /// The fields that decide how the request is framed and routed.
  enum KnownField: UInt8 { case other, host, connection, contentLength, transferEncoding, expect }

  let limits: Limits
  var state = State.start
  package private(set) var head = RequestHead()
  package internal(set) var body: [UInt8] = []

  // The head so far.
  private var headSize = 0
  private var version: UInt64 = 0
  private var versionLength = 0
  private var fieldCount = 0
  private var fieldStart = 0
  private var nameEnd = 0
  private var known = KnownField.other
  private var sawHost = false
  private var sawLength = false
  private var sawClose = false
  private var sawEmptyLine = false
  /// What is wrong with the request but does not stop the reading of its head, the gravest first.
  private var objection: Rejection?

  // The body so far.
  var bodyLimit = 0
  var remaining = 0
  var chunkDigits = 0
  var extensionSize = 0
  var trailerSize = 0
  private var rejection: Rejection?

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// Whether the parser stands between two requests, with no byte of the next one.
  package var isIdle: Bool { state == .start && headSize == 0 }

  /// Whether the head of the current request is known.
  var isReadingBody: Bool { state.rawValue > State.head.rawValue && state.rawValue < State.complete.rawValue }

  /// Reads on from `position` until something is to be decided, or until the input is used up.
  package mutating func advance(_ input: Span<UInt8>, _ position: inout Int) -> Step {
    do throws(Rejection) {
      while true {
        switch state {
        case .head: return .head
        case .complete: return .complete
        case .rejected: return .rejected(rejection ?? .requestLine)
        case .fixedBody, .chunkData: readBody(input, &position)
        default:
          if position < input.count {
            if isReadingBody {
              try readFraming(input, &position)
            } else {
              try readHead(input, &position)
            }
          }
        }
        if position == input.count, state != .head, state != .complete { return .needsInput }
      }
    } catch {
      state = .rejected
      rejection = error
      return .rejected(error)
    }
  }

  /// Decides, once the head is known, how long the body may be. Returns why the request is refused, if it is.
  package mutating func admitBody(limit: Int) -> Rejection? {
    precondition(state == .head, "admitBody is called once, after .head")
    if head.contentLength > limit {
      state = .rejected
      rejection = .longBody
      return rejection
    }
    bodyLimit = limit
    remaining = head.contentLength
    // A length is a claim: what has not arrived yet takes no more than 64 KiB.
    if remaining > 0 { body.reserveCapacity(min(remaining, 64 << 10)) }
    state = head.isChunked ? .chunkStart : remaining > 0 ? .fixedBody : .complete
    return nil
  }

  /// Hands over the request that was announced by `.complete`, and makes ready for the next one.
  package mutating func takeRequest() -> (RequestHead, [UInt8]) {
    precondition(state == .complete, "takeRequest is called once, after .complete")
    let request = (head, body)
    self = RequestParser(limits: limits)
    return request
  }

  // MARK: - The head

  private mutating func readHead(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    let start = position
    switch state {
    case .start: try readStart(input, &position)
    case .startLineFeed:
      try expectLineFeed(input, &position)
      state = .start
    case .method: try readMethod(input, &position)
    case .target: try readTarget(input, &position)
    case .version: try readVersion(input, &position)
    case .requestLineFeed, .valueLineFeed:
      try expectLineFeed(input, &position)
      state = .fieldStart
    case .fieldStart: try startField(input, &position)
    case .fieldName: try readFieldName(input, &position)
    case .valueStart:
      while position < input.count, Byte.isBlank(input[position]) { position += 1 }
      if position < input.count { state = .value }
    case .value: try readFieldValue(input, &position)
    case .headLineFeed:
      try expectLineFeed(input, &position)
      try finishHead()
    default: preconditionFailure("\(state) does not belong to the head")
    }
    headSize += position - start
    if headSize > limits.head { throw .longHead }
  }

  private func expectLineFeed(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    guard input[position] == Byte.lineFeed else { throw .lineEnd }
    position += 1
  }

  private mutating func readStart(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    if input[position] == Byte.carriageReturn {
      // Old clients send an empty line after a body; one is forgiven (RFC 9112, 2.2).
      guard !sawEmptyLine else { throw .requestLine }
      sawEmptyLine = true
      position += 1
      state = .startLineFeed
    } else {
      // Room for the target and for headers of the usual size, so that the block is allocated once.
      head.block.reserveCapacity(min(max(input.count - position, 128), 4096) + 128)
      state = .method
    }
  }

  private mutating func readMethod(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    // The method is collected at the front of the block and removed again when it is known.
    try takeRun(input, &position) { Byte.isToken($0) }
    if head.block.count > 32 { throw .requestLine }
    guard position < input.count else { return }
    guard input[position] == Byte.space, !head.block.isEmpty else { throw .requestLine }
    position += 1
    head.method = Self.method(head.block)
    head.block.removeAll(keepingCapacity: true)
    state = .target
  }

  private static func method(_ bytes: [UInt8]) -> Method {
    switch bytes.count {
    case 3 where bytes.elementsEqual("GET".utf8): .get
    case 3 where bytes.elementsEqual("PUT".utf8): .put
    case 4 where bytes.elementsEqual("POST".utf8): .post
    default: Method(rawValue: String(decoding: bytes, as: UTF8.self))
    }
  }

  private mutating func readTarget(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    try takeRun(input, &position) { Byte.isTarget($0) }
    if head.block.count > limits.target { throw .longTarget }
    guard position < input.count else { return }
    guard input[position] == Byte.space else { throw input[position] < Byte.space ? .requestLine : .target }
    position += 1
    guard head.splitTarget() else { throw .target }
    state = .version
  }

  private mutating func readVersion(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    let prefix: UInt64 = 0x4854_5450_2F00_2E00  // "HTTP/", a digit, ".", a digit
    let start = position
    while position < input.count {
      let byte = input[position]
      if headSize + position - start >= limits.head { throw .longHead }
      if versionLength == 8 {
        guard byte == Byte.carriageReturn else { throw byte == Byte.lineFeed ? .lineEnd : .requestLine }
        guard version >> 16 & 0xFF == 0x31 else { throw .version }
        head.isVersion10 = version & 0xFF == 0x30
        head.keepsAlive = !head.isVersion10
        position += 1
        state = .requestLineFeed
        return
      }
      let expected = UInt8(truncatingIfNeeded: prefix >> UInt64(8 * (7 - versionLength)))
      guard expected == 0 ? Byte.isDigit(byte) : byte == expected else { throw .requestLine }
      version = version << 8 | UInt64(byte)
      versionLength += 1
      position += 1
    }
  }

  private mutating func startField(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    let byte = input[position]
    if byte == Byte.carriageReturn {
      position += 1
      state = .headLineFeed
      return
    }
    if Byte.isBlank(byte) { throw .foldedField }
    if byte == Byte.lineFeed { throw .lineEnd }
    fieldCount += 1
    if fieldCount > limits.fields { throw .manyFields }
    fieldStart = head.block.count
    Headers.open(&head.block)
    state = .fieldName
  }

  private mutating func readFieldName(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    try takeRun(input, &position) { Byte.isToken($0) }
    guard position < input.count else { return }
    nameEnd = head.block.count
    let name = fieldStart + Headers.prefixSize..<nameEnd
    guard input[position] == Byte.colon, !name.isEmpty else { throw .fieldName }
    position += 1
    known = knownField(name)
    state = .valueStart
  }

  private mutating func readFieldValue(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    try takeRun(input, &position) { Byte.isFieldText($0) }
    guard position < input.count else { return }
    guard input[position] == Byte.carriageReturn else {
      throw input[position] == Byte.lineFeed ? .lineEnd : .fieldValue
    }
    position += 1
    while head.block.count > nameEnd, Byte.isBlank(head.block[head.block.count - 1]) {
      head.block.removeLast()
    }
    Headers.close(&head.block, start: fieldStart, nameEnd: nameEnd)
    state = .valueLineFeed
    if known != .other { try interpretField() }
  }

  // MARK: - What the head means

  private func knownField(_ name: Range<Int>) -> KnownField {
    switch name.count {
    case 4 where isCalled("host", name): .host
    case 6 where isCalled("expect", name): .expect
    case 10 where isCalled("connection", name): .connection
    case 14 where isCalled("content-length", name): .contentLength
    case 17 where isCalled("transfer-encoding", name): .transferEncoding
    default: .other
    }
  }

  private func isCalled(_ text: StaticString, _ range: Range<Int>) -> Bool {
    guard text.utf8CodeUnitCount == range.count else { return false }
    return text.withUTF8Buffer { text in
      for offset in 0..<text.count where Byte.lowercase(head.block[range.lowerBound + offset]) != text[offset]
      {
        return false
      }
      return true
    }
  }

  private mutating func interpretField() throws(Rejection) {
    let value = nameEnd..<head.block.count
    switch known {
    case .other: break
    case .host:
      if sawHost { throw .repeatedHost }
      sawHost = true
      guard RequestHead.isAuthority(head.block[value]) else { throw .host }
    case .contentLength:
      if sawLength { throw .repeatedLength }
      sawLength = true
      guard let length = decimal(value) else { throw .contentLength }
      head.contentLength = length
      if head.isChunked { throw .lengthAndChunks }
    case .transferEncoding:
      // A second field would continue the list, and chunked must be its end.
      if head.isChunked { throw .transferEncoding }
      head.isChunked = true
      if sawLength { throw .lengthAndChunks }
      try interpretCodings(value)
    case .connection:
      interpretConnection(value)
    case .expect:
      if !isCalled("100-continue", value) {
        objection = objection ?? .expectation
      } else if !head.isVersion10 {
        head.expectsContinue = true
      }
    }
  }

  private func decimal(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.count <= 18 else { return nil }
    var number = 0
    for index in range {
      guard Byte.isDigit(head.block[index]) else { return nil }
      number = number * 10 + Int(head.block[index] - 0x30)
    }
    return number
  }

  private mutating func interpretCodings(_ value: Range<Int>) throws(Rejection) {
    if isCalled("chunked", value), !head.isVersion10 { return }
    // A known compression under chunked is framed well enough; it is just not implemented. The rest has no known end.
    var codings: [Range<Int>] = []
    var start = value.lowerBound
    for index in value.lowerBound...value.upperBound
    where index == value.upperBound || head.block[index] == Byte.comma {
      codings.append(trimmed(start..<index))
      start = index + 1
    }
    guard !head.isVersion10, let last = codings.popLast(), isCalled("chunked", last), !codings.isEmpty else {
      throw .transferEncoding
    }
    let known: [StaticString] = ["gzip", "x-gzip", "deflate", "compress", "x-compress"]
    for coding in codings where !known.contains(where: { isCalled($0, coding) }) { throw .transferEncoding }
    objection = .transferCoding
  }

  /// `close` overrules `keep-alive`, in whatever order and number of fields they come.
  private mutating func interpretConnection(_ value: Range<Int>) {
    var start = value.lowerBound
    for index in value.lowerBound...value.upperBound
    where index == value.upperBound || head.block[index] == Byte.comma {
      let option = trimmed(start..<index)
      if isCalled("close", option) {
        sawClose = true
      } else if isCalled("keep-alive", option), head.isVersion10 {
        head.keepsAlive = true
      }
      start = index + 1
    }
    if sawClose { head.keepsAlive = false }
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, Byte.isBlank(head.block[start]) { start += 1 }
    while end > start, Byte.isBlank(head.block[end - 1]) { end -= 1 }
    return start..<end
  }

  private mutating func finishHead() throws(Rejection) {
    if !sawHost, !head.isVersion10 { throw .missingHost }
    if let objection { throw objection }
    state = .head
  }

  // MARK: - Runs of bytes

  /// Appends the run of bytes that `belongs` accepts to the block.
  @inline(__always)
  private mutating func takeRun(
    _ input: Span<UInt8>, _ position: inout Int, _ belongs: (UInt8) -> Bool
  ) throws(Rejection) {
    var end = position
    while end < input.count, belongs(input[end]) { end += 1 }
    input.extracting(position..<end).withUnsafeBufferPointer { head.block.append(contentsOf: $0) }
    // Before the byte that ends the run is judged: or else the verdict would depend on how the bytes were split.
    if headSize + end - position > limits.head { throw .longHead }
    position = end
  }
}
