import Glibc

// From responses to bytes.

extension Connection {
  var hasOutput: Bool { outputStart < output.count || tailStart < tail.count }
  var pendingOutput: Int { output.count - outputStart + tail.count - tailStart }

  /// Sends the response of the current exchange. Its body is no stream, or is not sent.
  func respond(_ response: Response) {
    guard state == .handling else { return }
    let response = prepare(response)
    borrowOutput()
    ResponseHead.append(
      response, to: &output, framing: .whole, closes: exchange.closes, isVersion10: exchange.isVersion10,
      loop: loop)
    if case .bytes(let body) = response.body, !exchange.isHead, response.allowsBody {
      if body.count <= 16 << 10 { output.append(contentsOf: body) } else { tail = body }
    }
    task = nil
    state = .writing
    if isConsuming, hasMoreInput, !exchange.closes, tail.isEmpty, pendingOutput < 16 << 10 {
      // More requests have arrived with this one; their responses leave together.
      isFlushDeferred = true
      finishExchange()
    } else {
      flush()
    }
  }

  /// The response with what belongs to every response, and the decision whether the connection goes on.
  func prepare(_ response: Response) -> Response {
    var response = response
    if !(200...599).contains(response.status) {
      response = loop.service.configuration.errorResponse(
        500, "The handler gave the status \(response.status).", nil)
    }
    if let headers = exchange.requestHeaders {
      loop.service.configuration.cors.apply(to: &response, for: headers, method: exchange.method)
    }
    if loop.isDraining || ResponseHead.asksToClose(response.headers) { exchange.closes = true }
    return response
  }

  func flushDeferred() {
    guard isFlushDeferred else { return }
    isFlushDeferred = false
    flush()
  }

  /// Writes what is waiting, as far as the client takes it.
  func flush() {
    while hasOutput {
      guard canWrite else { return waitForRoom() }
      switch transport.write(output, outputStart, tail, tailStart) {
      case .bytes(let count):
        loop.counters.bytesOut.add(count)
        written += count
        let fromOutput = min(count, output.count - outputStart)
        outputStart += fromOutput
        tailStart += count - fromOutput
      case .wouldBlock: canWrite = false
      case .closed, .failed: return close()
      }
    }
    returnOutput()
    if deadlineKind == .write {
      clearDeadline()
      if state == .reading { awaitRequest() }
    }
    stream?.resumeWriters(true)
    if state == .writing { finishExchange() }
  }

  private func waitForRoom() {
    // Taking single bytes does not count as progress: or else one client could hold its answer in memory for ever.
    if deadlineKind != .write || written - writtenMark >= 64 << 10 {
      writtenMark = written
      setDeadline(.write, after: loop.service.writeDeadline)
    }
    if outputStart > 64 << 10 {
      output.removeFirst(outputStart)
      outputStart = 0
    }
    if let stream, pendingOutput <= loop.service.configuration.limits.pendingOutput / 4 {
      stream.resumeWriters(true)
    }
  }

  func borrowOutput() {
    if output.capacity == 0 { swap(&output, &loop.spareOutput) }
  }

  private func returnOutput() {
    outputStart = 0
    tail = []
    tailStart = 0
    guard output.capacity > 0 else { return }
    if loop.spareOutput.capacity == 0, output.capacity <= 256 << 10 {
      output.removeAll(keepingCapacity: true)
      swap(&output, &loop.spareOutput)
    } else {
      output = []
    }
  }

  /// The response is out, or on its way behind others: on to the next request, or to the end.
  private func finishExchange() {
    stream = nil
    task = nil
    if exchange.closes || loop.isDraining { return beginClose() }
    state = .reading
    awaitRequest()
    if !isConsuming { readOn() }
  }
}
