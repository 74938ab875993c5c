internal import Engine
internal import Model
internal import Storage
internal import Testing

@Suite struct TagTests {
  static func prepared() async throws -> Workshop {
    let workshop = try await Workshop()
    for tags in [["code-review"], ["Code Review"], ["code_review"], ["code"], ["review"], []] {
      try await workshop.remember("Reviewed with tags \(tags)") { $0.tags = tags }
    }
    return workshop
  }

  @Test(arguments: ["code-review", "Code_Review", "CODE REVIEW"])
  func `normalised, a tag finds what differs in case and separators only`(tag: String) async throws {
    let workshop = try await Self.prepared()
    var listing = MemoryListing()
    listing.filter.tags = [[tag]]
    let reading = try await workshop.reading()
    let page = try await workshop.engine.list(listing, normalizingTags: true, in: reading)
    #expect(Set(page.memories.flatMap(\.tags)) == ["code-review", "Code Review", "code_review"])
    let found = try await workshop.recall("reviewed") {
      $0.filter.tags = [[tag]]
      $0.normalizesTags = true
      $0.limit = 10
    }
    #expect(found.count == 3)
  }

  @Test func `otherwise a tag is itself`() async throws {
    let workshop = try await Self.prepared()
    var listing = MemoryListing()
    listing.filter.tags = [["code-review"]]
    let page = try await workshop.engine.list(listing, in: try await workshop.reading())
    #expect(page.memories.map(\.tags) == [["code-review"]])
  }

  @Test func `each group of tags is widened for itself`() async throws {
    let workshop = try await Self.prepared()
    try await workshop.remember("Reviewed twice over") { $0.tags = ["CODE", "Review"] }
    var listing = MemoryListing()
    listing.filter.tags = [["code"], ["review"]]
    let page = try await workshop.engine.list(
      listing, normalizingTags: true, in: try await workshop.reading())
    #expect(page.memories.map(\.summary) == ["Reviewed twice over"])
  }
}
