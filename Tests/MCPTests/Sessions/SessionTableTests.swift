import Engine
import Identity
import JSON
import Model
import Testing
import Threads

@testable import MCP

@Suite struct SessionTableTests {
  private final class Time: Sendable {
    let now = Lock(ContinuousClock.now)
    func pass(_ duration: Duration) { now.withLock { $0 = $0 + duration } }
  }

  private let time = Time()
  private let handshake: Handshake

  init() throws { handshake = try Handshake(["protocolVersion": "2025-06-18"]) }

  private func table(capacity: Int = 100) -> SessionTable {
    SessionTable(idle: .seconds(60), capacity: capacity) { [time] in time.now.withLock { $0 } }
  }

  @Test func `a session is found by the one who opened it, and by nobody else`() async throws {
    let house = try await House()
    let table = table()
    let mine = Principal(try await house.caller(house.secret))
    let other = Principal(try await house.caller(try await house.makeKey(as: .owner)))
    let session = table.open(handshake, for: mine)
    #expect(session.id.count == 32)
    #expect(table.find(session.id, for: mine) === session)
    #expect(table.find(session.id, for: other) == nil)
    #expect(table.find("", for: mine) == nil)
    table.end(session)
    #expect(table.find(session.id, for: mine) == nil)
  }

  @Test func `a session ends when it was silent for too long, and with it its stream`() async throws {
    let house = try await House()
    let table = table()
    let principal = Principal(try await house.caller(house.secret))
    let session = table.open(handshake, for: principal)
    for _ in 0..<5 {
      time.pass(.seconds(59))
      #expect(table.find(session.id, for: principal) != nil)
    }
    let hasEnded = Lock(false)
    #expect(session.openStream { hasEnded.withLock { $0 = true } })
    #expect(!session.openStream {})
    time.pass(.seconds(60))
    #expect(table.find(session.id, for: principal) == nil)
    _ = table.open(handshake, for: principal)
    #expect(hasEnded.withLock { $0 })
    #expect(table.count == 1)
  }

  @Test func `when there is no room, the one that was silent longest gives way`() async throws {
    let house = try await House()
    let table = table(capacity: 3)
    let principal = Principal(try await house.caller(house.secret))
    var sessions: [Session] = []
    for _ in 0..<3 {
      time.pass(.seconds(1))
      sessions.append(table.open(handshake, for: principal))
    }
    time.pass(.seconds(1))
    #expect(table.find(sessions[0].id, for: principal) != nil)
    _ = table.open(handshake, for: principal)
    #expect(table.count == 3)
    #expect(table.find(sessions[1].id, for: principal) == nil)
    #expect(table.find(sessions[0].id, for: principal) != nil)
  }
}
