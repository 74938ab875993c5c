import JSON
import Model
import Testing
import TestSupport

@Suite struct MemoryFilterTests {
  private let memory: Memory = {
    var memory = Memory(
      id: MemoryID(high: 1, low: 1), context: ContextID(high: 2, low: 2), summary: "tea in Łódź",
      content: "green",
      type: "note", provenance: Provenance(author: UserID(high: 3, low: 3), door: "rest"),
      createdAt: Timestamp(microseconds: 100))
    memory.tags = ["tea", "caf\u{E9}"]
    memory.importance = 0.7
    memory.updatedAt = Timestamp(microseconds: 200)
    memory.sourceURI = "https://example.org/a"
    memory.sourceType = "web"
    memory.externalID = "x-1"
    return memory
  }()

  private func admits(_ adjust: (inout MemoryFilter) -> Void) -> Bool {
    var filter = MemoryFilter()
    adjust(&filter)
    return filter.admits(memory)
  }

  @Test func `an empty filter admits everything`() {
    #expect(MemoryFilter().admits(memory))
  }

  @Test func `types and external ids name what is admitted, and an empty list admits nothing`() {
    #expect(admits { $0.types = ["decision", "note"] })
    #expect(!admits { $0.types = ["decision"] })
    #expect(!admits { $0.types = [] })
    #expect(admits { $0.externalIDs = ["x-0", "x-1"] })
    #expect(!admits { $0.externalIDs = ["X-1"] })
    #expect(!admits { $0.externalIDs = [] })
  }

  @Test func `filters inside are joined by and, or and not`() {
    func with(_ adjust: (inout MemoryFilter) -> Void) -> MemoryFilter {
      var filter = MemoryFilter()
      adjust(&filter)
      return filter
    }
    let (note, decision) = (with { $0.types = ["note"] }, with { $0.types = ["decision"] })
    #expect(admits { $0.all = [note, with { $0.sourceType = "web" }] })
    #expect(!admits { $0.all = [note, decision] })
    #expect(admits { $0.any = [decision, note] })
    #expect(!admits { $0.any = [decision] })
    #expect(admits { $0.none = [decision] })
    #expect(!admits { $0.none = [decision, note] })
    #expect(admits { $0.none = [with { $0.none = [note] }] })
  }

  @Test func `one tag is enough, or all are needed`() {
    #expect(admits { $0.tags = [["coffee", "tea"]] })
    #expect(!admits { $0.tags = [["coffee"]] })
    #expect(admits { $0.tags = [["tea"], ["caf\u{E9}"]] })
    #expect(!admits { $0.tags = [["tea"], ["coffee"]] })
    #expect(admits { $0.tags = [] })
  }

  @Test func `text is compared by code points, as databases do`() {
    #expect("caf\u{E9}" == "cafe\u{301}")
    #expect(!admits { $0.tags = [["cafe\u{301}"]] })
    #expect(!admits { $0.types = ["Note"] })
  }

  @Test func `bounds in time are exclusive, of importance inclusive`() {
    #expect(admits { $0.createdAfter = Timestamp(microseconds: 99) })
    #expect(!admits { $0.createdAfter = Timestamp(microseconds: 100) })
    #expect(admits { $0.createdBefore = Timestamp(microseconds: 101) })
    #expect(!admits { $0.createdBefore = Timestamp(microseconds: 100) })
    #expect(admits { $0.updatedAfter = Timestamp(microseconds: 199) })
    #expect(!admits { $0.updatedAfter = Timestamp(microseconds: 200) })
    #expect(!admits { $0.updatedBefore = Timestamp(microseconds: 200) })
    #expect(admits { $0.importance = 0.7...0.7 })
    #expect(!admits { $0.importance = 0.71...1 })
  }

  @Test func `a source is admitted by its beginning and its type`() {
    #expect(admits { $0.sourceURIPrefix = "https://example.org/" })
    #expect(admits { $0.sourceURIPrefix = "" })
    #expect(!admits { $0.sourceURIPrefix = "https://example.org/A" })
    #expect(!admits { $0.sourceURIPrefix = "https://%" })
    #expect(admits { $0.sourceType = "web" })
    #expect(!admits { $0.sourceType = "file" })
  }

  @Test func `persistence, trust and delivery are conditions, and all must hold`() {
    #expect(admits { ($0.persistence, $0.trust, $0.delivery) = (.persistent, .member, .onRecall) })
    #expect(!admits { $0.persistence = .working })
    #expect(!admits { ($0.trust, $0.types) = (.external, ["note"]) })
    #expect(!admits { $0.delivery = .always })
  }

  @Test func `a snapshot has every field but the use, and leaves out what is nil`() {
    let snapshot = memory.snapshot
    #expect(snapshot["tags"] == ["tea", "caf\u{E9}"])
    #expect(snapshot["external_id"] == "x-1")
    #expect(snapshot["created_at"] == "1970-01-01T00:00:00.000Z")
    #expect(snapshot["revision"] == 1)
    #expect(!snapshot.keys.contains("context_summary"))
    #expect(!snapshot.keys.contains("access_count"))
    #expect(!snapshot.keys.contains("deleted_at"))
  }
}
