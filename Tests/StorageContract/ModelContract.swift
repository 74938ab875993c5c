internal import Model
internal import Storage
internal import StorageReference
internal import TestSupport
internal import Testing

/// The same random history on an adapter and on the reference: after each step, the same answers.
@Suite struct ModelContract {
  @Test(arguments: StorageBackend.adapters, 1...8 as ClosedRange<UInt64>)
  func `an adapter answers as the reference does`(_ backend: StorageBackend, _ seed: UInt64) async throws {
    try await backend.withStore { store in
      let reference = ReferenceStore()
      var history = RandomHistory(seed: seed)
      for number in 0..<250 {
        let step = try await history.nextStep(knowing: reference)
        let expected = try await step.answer(of: reference)
        let answer = try await step.answer(of: store)
        try #require(answer == expected, "seed \(seed), step \(number): \(step.name)")
        let questions = number % 25 == 24 ? history.allQuestions() : history.someQuestions()
        for question in questions {
          let expected = try await question.answer(of: reference)
          let answer = try await question.answer(of: store)
          try #require(
            answer == expected, "seed \(seed), after step \(number), \(step.name): \(question.name)")
        }
      }
    }
  }
}

/// One call of a store, and what it answers.
struct Step: Sendable {
  enum Answer: Equatable {
    case value(AnyHashable)
    case failed(StorageError.Code)
  }

  let name: String
  private let call: @Sendable (any Store) async throws -> AnyHashable

  init<Value: Hashable & Sendable>(
    _ name: String, _ call: @escaping @Sendable (any Store) async throws -> Value
  ) {
    self.name = name
    self.call = { AnyHashable(try await call($0)) }
  }

  func answer(of store: any Store) async throws -> Answer {
    do {
      return .value(try await call(store))
    } catch let error as StorageError {
      return .failed(error.code)
    }
  }
}
