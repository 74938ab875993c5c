// The body of a request: a run of known length, or chunks and their trailers.

extension RequestParser {
  /// Takes what there is of the bytes that the length or the chunk's size announced.
  mutating func readBody(_ input: Span<UInt8>, _ position: inout Int) {
    let count = min(remaining, input.count - position)
    input.extracting(position..<position + count).withUnsafeBufferPointer { body.append(contentsOf: $0) }
    position += count
    remaining -= count
    guard remaining == 0 else { return }
    state = state == .fixedBody ? .complete : .chunkReturn
  }

  /// Reads what stands between the pieces of a chunked body.
  mutating func readFraming(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    switch state {
    case .chunkStart, .chunkSize: try readChunkSize(input, &position)
    case .chunkBlank, .chunkExtension: try readExtension(input, &position)
    case .chunkLineFeed:
      guard input[position] == Byte.lineFeed else { throw .lineEnd }
      position += 1
      state = remaining > 0 ? .chunkData : .trailerStart
    case .chunkReturn:
      guard input[position] == Byte.carriageReturn else { throw .chunkEnd }
      position += 1
      state = .chunkEnd
    case .chunkEnd:
      guard input[position] == Byte.lineFeed else { throw .chunkEnd }
      position += 1
      state = .chunkStart
    default: try readTrailer(input, &position)
    }
  }

  private mutating func readChunkSize(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    let byte = input[position]
    if let digit = Byte.hexValue(byte) {
      if state == .chunkStart {
        state = .chunkSize
        chunkDigits = 0
      }
      chunkDigits += 1
      // Fifteen digits never overflow, and are more than any limit.
      guard chunkDigits <= 15 else { throw .chunkSize }
      remaining = remaining << 4 | Int(digit)
      position += 1
      return
    }
    guard state == .chunkSize else { throw .chunkSize }
    switch byte {
    case Byte.carriageReturn: state = .chunkLineFeed
    case Byte.semicolon: state = .chunkExtension
    case Byte.space, Byte.tab: state = .chunkBlank
    case Byte.lineFeed: throw .lineEnd
    default: throw .chunkSize
    }
    position += 1
    if remaining > bodyLimit - body.count { throw .longBody }
  }

  /// Extensions are legal and mean nothing here; they are skipped, up to a limit for the whole request.
  private mutating func readExtension(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    let byte = input[position]
    position += 1
    if byte == Byte.carriageReturn, state == .chunkExtension {
      state = .chunkLineFeed
      return
    }
    if byte == Byte.lineFeed { throw .lineEnd }
    if state == .chunkBlank, byte == Byte.semicolon {
      state = .chunkExtension
    } else if state == .chunkBlank, !Byte.isBlank(byte) {
      throw .chunkSize
    } else if !Byte.isFieldText(byte) {
      throw .chunkSize
    }
    extensionSize += 1
    if extensionSize > limits.chunkExtensions { throw .chunkExtensions }
  }

  /// Trailers are held to the grammar of headers and dropped: nothing may be decided by a field that comes so late.
  private mutating func readTrailer(_ input: Span<UInt8>, _ position: inout Int) throws(Rejection) {
    let byte = input[position]
    position += 1
    switch state {
    case .trailerStart:
      if byte == Byte.carriageReturn {
        state = .lastLineFeed
        return
      }
      if Byte.isBlank(byte) { throw .foldedField }
      if byte == Byte.lineFeed { throw .lineEnd }
      guard Byte.isToken(byte) else { throw .fieldName }
      state = .trailerName
    case .trailerName:
      if byte == Byte.colon {
        state = .trailerValue
      } else if !Byte.isToken(byte) {
        throw .fieldName
      }
    case .trailerValue:
      if byte == Byte.carriageReturn {
        state = .trailerLineFeed
      } else if !Byte.isFieldText(byte) {
        throw byte == Byte.lineFeed ? .lineEnd : .fieldValue
      }
    case .trailerLineFeed:
      guard byte == Byte.lineFeed else { throw .lineEnd }
      state = .trailerStart
    case .lastLineFeed:
      guard byte == Byte.lineFeed else { throw .lineEnd }
      state = .complete
    default: preconditionFailure("\(state) does not belong to the trailers")
    }
    trailerSize += 1
    if trailerSize > limits.trailers { throw .longTrailers }
  }
}
