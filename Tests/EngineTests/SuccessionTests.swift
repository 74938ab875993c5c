internal import Engine
internal import Model
internal import Testing

@Suite struct SuccessionTests {
  static let supersedes = Edge.KnownType.supersedes

  @Test func `recall shows the newest of a chain, and the others when asked`() async throws {
    let workshop = try await Workshop()
    var versions: [Memory] = []
    for host in ["Artemis", "Borealis", "Ceres"] {
      let before = versions.last?.id.description
      versions.append(
        try await workshop.remember("The staging database is on host \(host)") {
          $0.supersedes = before.map { [$0] } ?? []
        }.memory)
    }
    #expect(try await workshop.recall("staging database") == ["The staging database is on host Ceres"])

    var request = RecallRequest("staging database")
    request.includesSuperseded = true
    let all = try await workshop.engine.recall(request, in: [try await workshop.reading()]).items
    let successors = Dictionary(uniqueKeysWithValues: all.map { ($0.memory.id, $0.supersededBy) })
    #expect(
      successors == [versions[0].id: versions[1].id, versions[1].id: versions[2].id, versions[2].id: nil])
    let opened = try await workshop.engine.reference(
      versions[0].id.description, in: try await workshop.reading())
    #expect(opened.supersededBy == versions[1].id)
  }

  @Test func `what a forgotten memory replaced is back`() async throws {
    let workshop = try await Workshop()
    let old = try await workshop.remember("The staging database is on host Artemis").memory
    let new = try await workshop.remember("The staging database is on host Borealis") {
      $0.supersedes = [old.id.description]
    }.memory
    _ = try await workshop.engine.forget([new.id.description], in: try await workshop.writing())
    #expect(try await workshop.recall("staging database") == [old.summary])
  }

  @Test func `many versions of a fact do not crowd out the one that holds`() async throws {
    let workshop = try await Workshop()
    var last: Memory?
    // The older ones match better, and there are more of them than a recall looks at first.
    for version in 0..<40 {
      let before = last?.id.description
      let text = version < 39 ? "staging database" : "The staging database moved for good to a host far away"
      last = try await workshop.remember(text) { $0.supersedes = before.map { [$0] } ?? [] }.memory
    }
    #expect(try await workshop.recall("staging database") { $0.limit = 2 } == [last?.summary])
  }

  @Test(arguments: 1...5)
  func `memories that replace each other in a circle stay visible`(count: Int) async throws {
    let workshop = try await Workshop()
    let circle = try await Self.circle(of: count, in: workshop)
    #expect(Set(try await workshop.recall("circle") { $0.limit = 10 }) == Set(circle.map(\.summary)))
    for memory in circle {
      let opened = try await workshop.engine.reference(
        memory.id.description, in: try await workshop.reading())
      #expect(opened.supersededBy == nil)
    }
  }

  @Test func `something new replaces a whole circle, and what the circle replaced stays away`() async throws {
    let workshop = try await Workshop()
    let old = try await workshop.remember("What the circle replaced").memory
    let circle = try await Self.circle(of: 3, in: workshop)
    try await workshop.link(circle[0], Self.supersedes, old)
    #expect(try await !workshop.recall("circle") { $0.limit = 10 }.contains(old.summary))

    let new = try await workshop.remember("What ended the circle") {
      $0.supersedes = [circle[1].id.description]
    }
    #expect(try await workshop.recall("circle") { $0.limit = 10 } == [new.memory.summary])
  }

  @Test func `contradictions are shown on both sides`() async throws {
    let workshop = try await Workshop()
    let yes = try await workshop.remember("The feature flag is on").memory
    let no = try await workshop.remember("The feature flag is off").memory
    try await workshop.link(yes, Edge.KnownType.contradicts, no)
    let found = try await workshop.engine.recall(
      RecallRequest("feature flag"), in: [try await workshop.reading()])
    let warnings = Dictionary(uniqueKeysWithValues: found.items.map { ($0.memory.id, $0.contradicts) })
    #expect(warnings == [yes.id: [no.id], no.id: [yes.id]])
  }

  static func circle(of count: Int, in workshop: Workshop) async throws -> [Memory] {
    var circle: [Memory] = []
    for number in 0..<count {
      circle.append(try await workshop.remember("Number \(number) of the circle").memory)
    }
    for number in 0..<count {
      try await workshop.link(circle[number], supersedes, circle[(number + 1) % count])
    }
    return circle
  }
}
