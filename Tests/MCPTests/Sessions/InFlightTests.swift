import JSON
import Testing

@testable import MCP

@Suite struct InFlightTests {
  private let requests = InFlight()

  private func id(_ json: JSONValue) throws -> RequestID { try #require(RequestID(json)) }

  private func callOff(_ id: JSONValue) {
    requests.heed(
      RPCNotification(method: "notifications/cancelled", params: ["requestId": id, "reason": "late"]))
  }

  @Test func `a request that nobody calls off is answered`() async throws {
    let ticket = requests.begin(try id(1))
    callOff("1")
    callOff(2)
    callOff(nil)
    requests.heed(RPCNotification(method: "notifications/initialized", params: ["requestId": 1]))
    #expect(await requests.run(ticket) { "answer" } == "answer")
    #expect(requests.count == 0)
  }

  @Test func `a request can be called off before its work begins`() async throws {
    let ticket = requests.begin(try id("é"))
    callOff("é")
    #expect(await requests.run(ticket) { "answer" } == nil)
    #expect(requests.count == 0)
  }

  @Test func `work that is called off notices, and its answer is dropped`() async throws {
    let ticket = requests.begin(try id(1))
    let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
    async let answer = requests.run(ticket) { () -> Bool in
      hasBegun.finish()
      try? await Task.sleep(for: .seconds(3600))
      return Task.isCancelled
    }
    for await _ in begun {}
    callOff(1)
    #expect(await answer == nil)
  }

  @Test func `a request that is done cannot be called off any more`() async throws {
    #expect(await requests.run(requests.begin(try id(1))) { 1 } == 1)
    callOff(1)
    #expect(await requests.run(requests.begin(try id(1))) { 2 } == 2)
  }

  @Test func `a client that leaves stops the work`() async throws {
    let ticket = requests.begin(try id(1))
    let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
    let requests = requests
    let task = Task {
      await requests.run(ticket) { () -> Bool in
        hasBegun.finish()
        try? await Task.sleep(for: .seconds(3600))
        return Task.isCancelled
      }
    }
    for await _ in begun {}
    task.cancel()
    #expect(await task.value == true)
    #expect(requests.count == 0)
  }
}
