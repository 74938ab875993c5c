import Model
import Retrieval
import Storage
import StorageContract
import StorageReference
import Testing

/// An index follows the rows of the store, whoever asks and whoever writes meanwhile.
@Suite struct CatchingUpTests {
  @Test func `what is written while others search is found by every later search`() async throws {
    for _ in 0..<20 {
      let house = try await House.found(in: ReferenceStore())
      let retriever = Retriever(store: house.store, folder: "")
      await withTaskGroup(of: Void.self) { group in
        for writer in 0..<6 {
          group.addTask {
            for number in 0..<8 {
              let memory = try? await house.remember("teapot w\(writer)n\(number)")
              try? await retriever.follow(house.scope)
              let found = try? await retriever.find(Search("w\(writer)n\(number)"), in: house.scope)
              #expect(found?.hits.first?.memory == memory?.id)
            }
          }
          group.addTask {
            for _ in 0..<8 { _ = try? await retriever.find(Search("teapot"), in: house.scope) }
          }
        }
      }
      var all = Search("teapot")
      all.limit = 100
      #expect(try await retriever.find(all, in: house.scope).hits.count == 48)
    }
  }

  @Test func `an index that somebody made who may not see the context any more serves the others`()
    async throws
  {
    let house = try await House.found(in: ReferenceStore())
    let bob = User(id: house.ids.make(), name: "Bob", createdAt: house.now)
    try await house.store.add(bob, to: house.workspace.id, as: .member)
    var shared = house.context
    shared.isPrivate = false
    shared = try await house.store.update(shared, in: house.everywhere)
    let retriever = Retriever(store: house.store, folder: "")
    _ = try await house.remember("before the door closed")
    let bobs = house.scope(in: shared, of: bob)
    #expect(try await retriever.find(Search("door"), in: bobs).hits.count == 1)
    shared.isPrivate = true
    _ = try await house.store.update(shared, in: house.everywhere)
    _ = try await house.remember("after the door closed")
    #expect(try await retriever.find(Search("door"), in: house.scope).hits.count == 2)
  }
}
