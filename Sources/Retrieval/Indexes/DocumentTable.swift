internal import JSON
internal import Model

/// The memories of a context by the numbers that the keyword index knows them by, without what is long.
///
/// A value: a search keeps the table that it started with.
struct DocumentTable: Sendable {
  private(set) var documents: [IndexedMemory?] = []
  private var numbers: [MemoryID: UInt32] = [:]
  /// How many memories are about a name.
  private var names: [String: Int] = [:]

  /// Whether some memory is about this name, or one that begins with it: `ana` of `ana lopez`.
  func isName(_ word: String) -> Bool { names[word] != nil }

  /// Adds or replaces a memory. A memory keeps its number for as long as the table lives.
  mutating func insert(_ memory: IndexedMemory) -> UInt32 {
    for name in memory.names { names[name, default: 0] += 1 }
    if let number = numbers[memory.id] {
      for name in documents[Int(number)]?.names ?? [] { forget(name) }
      documents[Int(number)] = memory
      return number
    }
    let number = UInt32(documents.count)
    documents.append(memory)
    numbers[memory.id] = number
    return number
  }

  /// Removes a memory, and returns the number that it had.
  mutating func remove(_ id: MemoryID) -> UInt32? {
    guard let number = numbers[id], documents[Int(number)] != nil else { return nil }
    for name in documents[Int(number)]?.names ?? [] { forget(name) }
    documents[Int(number)] = nil
    return number
  }

  private mutating func forget(_ name: String) {
    guard let count = names[name] else { return }
    names[name] = count > 1 ? count - 1 : nil
  }

  func number(of id: MemoryID) -> UInt32? { numbers[id].flatMap { documents[Int($0)] == nil ? nil : $0 } }

  subscript(number: UInt32) -> IndexedMemory? { documents[Int(number)] }

  /// The numbers of the memories that a filter admits.
  func numbers(where filter: MemoryFilter) -> [UInt32] {
    documents.indices.compactMap { index in
      documents[index].flatMap { filter.admits($0.memory) ? UInt32(index) : nil }
    }
  }
}

/// What searching and scoring look at in a memory.
struct IndexedMemory: Sendable {
  /// The memory without content and details.
  let memory: Memory
  /// Names that the memory is about: who speaks, who takes part, what is called what.
  let names: Set<String>

  var id: MemoryID { memory.id }

  init(_ memory: Memory) {
    var brief = memory
    brief.content = ""
    brief.details = [:]
    brief.metadata = [:]
    self.memory = brief
    names = Names.participants(of: memory)
  }
}
