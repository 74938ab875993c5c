internal import Model
internal import Storage
internal import Testing

@Suite struct PolicyContract {
  @Test(arguments: StorageBackend.configured)
  func `versions of a name count up, and the same text twice is one version`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let first = try await store.add(house.policy("mine", "one\u{0}"), limit: 9, in: scope)
      let second = try await store.add(house.policy("mine", "two"), limit: 9, in: scope)
      let again = try await store.add(house.policy("mine", "two"), limit: 9, in: scope)
      let back = try await store.add(house.policy("mine", "one\u{0}"), limit: 9, in: scope)
      #expect([first, second, again, back].map(\.version) == [1, 2, 2, 3])
      #expect(again == second)
      let other = try await store.add(house.policy("a", "x", .gate), limit: 9, in: scope)
      #expect(try await store.policy("mine", version: nil, in: scope) == back)
      #expect(try await store.policy("mine", version: 1, in: scope) == first)
      #expect(try await store.policy("mine", version: 4, in: scope) == nil)
      #expect(try await store.policy("Mine", version: nil, in: scope) == nil)
      #expect(try await store.policies(named: "mine", in: scope) == [back, second, first])
      #expect(try await store.policies(named: nil, in: scope) == [other, back])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a name keeps its kind, and a workspace holds so many versions`(_ backend: StorageBackend) async throws
  {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      _ = try await store.add(house.policy("mine", "one"), limit: 2, in: scope)
      let otherKind = await #expect(throws: StorageError.self) {
        try await store.add(house.policy("mine", "two", .gate), limit: 2, in: scope)
      }
      #expect(otherKind?.code == .conflict)
      _ = try await store.add(house.policy("mine", "two"), limit: 2, in: scope)
      let full = await #expect(throws: StorageError.self) {
        try await store.add(house.policy("mine", "three"), limit: 2, in: scope)
      }
      #expect(full?.code == .full)
      #expect(try await store.policies(named: "mine", in: scope).count == 2)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a workspace sees its own policies only`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let store = house.store
      let neighbour = try await house.addNeighbour()
      let policy = try await store.add(house.policy("mine", "one"), limit: 9, in: house.everywhere)
      _ = try await store.take(
        .activate(name: "mine", version: 1), for: PolicyPlace(.scoring), overridesPin: false, at: house.now,
        in: house.everywhere)
      try await store.log([house.policyLine("x")], of: "mine", limit: 9, in: house.everywhere)
      #expect(try await store.policies(named: nil, in: neighbour.inWorkspace).isEmpty)
      #expect(try await store.policy("mine", version: 1, in: neighbour.inWorkspace) == nil)
      #expect(try await store.policySettings(in: neighbour.inWorkspace).isEmpty)
      #expect(try await store.policyEvents(limit: 9, in: neighbour.inWorkspace).isEmpty)
      #expect(try await store.policiesInForce(in: neighbour) == PoliciesInForce())
      #expect(try await store.policyLog(of: "mine", limit: 9, in: neighbour.inWorkspace).isEmpty)
      for place in [PolicyPlace(.scoring), PolicyPlace(.scoring, in: house.context.id)] {
        let refused = await #expect(throws: StorageError.self) {
          try await store.take(
            .activate(name: "mine", version: 1), for: place, overridesPin: true, at: house.now,
            in: neighbour.inWorkspace)
        }
        #expect(refused?.code == .notFound)
      }
      let strange = await #expect(throws: StorageError.self) {
        try await store.add(policy, limit: 9, in: neighbour.inWorkspace)
      }
      #expect(strange?.code == .notFound)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a context's own policy comes before the workspace's, until it is rolled back`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let one = try await store.add(house.policy("mine", "one"), limit: 9, in: scope)
      let two = try await store.add(house.policy("mine", "two"), limit: 9, in: scope)
      let (everywhere, here) = (PolicyPlace(.scoring), PolicyPlace(.scoring, in: house.context.id))
      func take(_ step: PolicyStep, _ place: PolicyPlace) async throws -> PolicySetting {
        try await store.take(step, for: place, overridesPin: false, at: house.now, in: scope)
      }
      func inForce() async throws -> PolicyReference? {
        try await store.policiesInForce(in: house.scope).active[.scoring]
      }
      #expect(try await inForce() == nil)
      _ = try await take(.activate(name: "mine", version: 1), everywhere)
      #expect(try await inForce() == one.reference)
      let setting = try await take(.activate(name: "mine", version: 2), here)
      #expect(setting.active?.policy == two.reference)
      #expect(setting.active?.user == house.owner.id)
      #expect(try await inForce() == two.reference)
      _ = try await take(.activateShipped, here)
      #expect(try await inForce() == nil)
      #expect(try await take(.rollBack, here).active?.policy == two.reference)
      #expect(try await inForce() == two.reference)
      #expect(try await take(.rollBack, here).active == nil)
      #expect(try await inForce() == one.reference)
      let nothing = await #expect(throws: StorageError.self) { try await take(.rollBack, here) }
      #expect(nothing?.code == .conflict)
      let wrongKind = await #expect(throws: StorageError.self) {
        try await take(.activate(name: "mine", version: 1), PolicyPlace(.gate))
      }
      #expect(wrongKind?.code == .notFound)
      #expect(try await store.policySettings(in: scope).map(\.place) == [everywhere, here])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a pinned place gives way to nobody but who may override it`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (store, scope, place) = (house.store, house.everywhere, PolicyPlace(.scoring))
      let one = try await store.add(house.policy("mine", "one"), limit: 9, in: scope)
      func take(_ step: PolicyStep, overriding: Bool = false) async throws -> PolicySetting {
        try await store.take(step, for: place, overridesPin: overriding, at: house.now, in: scope)
      }
      _ = try await take(.activate(name: "mine", version: 1))
      #expect(try await take(.pin).isPinned)
      for step in [PolicyStep.rollBack, .activateShipped, .unpin, .startShadow(name: "mine", version: 1)] {
        let refused = await #expect(throws: StorageError.self) { try await take(step) }
        #expect(refused?.code == .conflict)
      }
      #expect(try await store.policySettings(in: scope).first?.active?.policy == one.reference)
      #expect(try await take(.rollBack, overriding: true).active == nil)
      #expect(try await !take(.unpin, overriding: true).isPinned)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a shadow's tally grows for as long as it is shadowed`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let place = PolicyPlace(.scoring, in: house.context.id)
      let one = try await store.add(house.policy("mine", "one"), limit: 9, in: scope).reference
      func take(_ step: PolicyStep) async throws -> PolicySetting {
        try await store.take(step, for: place, overridesPin: false, at: house.now, in: scope)
      }
      let started = try await take(.startShadow(name: "mine", version: 1))
      #expect(started.shadow == one)
      #expect(started.shadowSince != nil)
      #expect(try await store.policiesInForce(in: house.scope).shadows == [place: one])
      var tally = ShadowTally()
      (tally.recalls, tally.overlap, tally.correlation, tally.gain) = (2, 1.5, -0.5, 0.25)
      (tally.errors, tally.changedTops, tally.microseconds) = (1, 1, 300)
      for _ in 0..<2 { try await store.add(tally, to: place, of: one, in: scope) }
      try await store.add(
        tally, to: place, of: PolicyReference(name: "mine", version: 2, hash: ""), in: scope)
      var sum = tally
      sum += tally
      #expect(try await store.policySettings(in: scope).map(\.tally) == [sum])
      let ended = try await take(.endShadow)
      #expect(ended.shadow == nil)
      #expect(ended.tally == sum)
      try await store.add(tally, to: place, of: one, in: scope)
      #expect(try await store.policySettings(in: scope).map(\.tally) == [sum])
      #expect(try await take(.startShadow(name: "mine", version: 1)).tally == ShadowTally())
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `every step is in the audit, the latest first, and what is private stays so`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let bob = house.everywhere(of: try await house.addMember("Bob"))
      let one = try await store.add(house.policy("mine", "one"), limit: 9, in: scope).reference
      let here = PolicyPlace(.scoring, in: house.context.id)
      func take(_ step: PolicyStep, _ place: PolicyPlace) async throws {
        _ = try await store.take(step, for: place, overridesPin: true, at: house.now, in: scope)
      }
      try await take(.activate(name: "mine", version: 1), PolicyPlace(.scoring))
      try await take(.activateShipped, here)
      try await take(.rollBack, here)
      try await take(.pin, here)
      try await take(.unpin, here)
      try await take(.startShadow(name: "mine", version: 1), here)
      try await take(.endShadow, here)
      let events = try await store.policyEvents(limit: 99, in: scope)
      #expect(
        events.map(\.action) == [.endShadow, .shadow, .unpin, .pin, .rollback, .activate, .activate, .put])
      #expect(events.map(\.policy) == [one, one, nil, nil, nil, nil, one, one])
      #expect(events.first?.context == house.context.id)
      #expect(events.allSatisfy { $0.user == house.owner.id && $0.kind == .scoring })
      #expect(try await store.policyEvents(limit: 1, in: scope) == [events[0]])
      // The context is Ada's alone.
      #expect(try await store.policyEvents(limit: 99, in: bob) == Array(events.suffix(2)))
      #expect(try await store.policySettings(in: bob).map(\.place) == [PolicyPlace(.scoring)])
      let hidden = await #expect(throws: StorageError.self) {
        try await store.take(.pin, for: here, overridesPin: true, at: house.now, in: bob)
      }
      #expect(hidden?.code == .notFound)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a policy's log keeps the last lines, for the user for whom it decided`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let bob = house.everywhere(of: try await house.addMember("Bob"))
      _ = try await store.add(house.policy("mine", "one"), limit: 9, in: scope)
      let lines = (1...5).map { house.policyLine("line \($0)\u{0}") }
      try await store.log(Array(lines[..<2]), of: "mine", limit: 3, in: scope)
      try await store.log(Array(lines[2...]), of: "mine", limit: 3, in: scope)
      try await store.log([lines[0]], of: "mine", limit: 3, in: bob)
      try await store.log(lines, of: "none", limit: 3, in: scope)
      #expect(try await store.policyLog(of: "mine", limit: 9, in: scope) == Array(lines[2...]))
      #expect(try await store.policyLog(of: "mine", limit: 1, in: scope) == [lines[4]])
      #expect(try await store.policyLog(of: "mine", limit: 9, in: bob) == [lines[0]])
      #expect(try await store.policyLog(of: "none", limit: 9, in: scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a context that is purged takes its places with it`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let context = try await house.addContext("old")
      _ = try await store.add(house.policy("mine", "one"), limit: 9, in: scope)
      _ = try await store.take(
        .activate(name: "mine", version: 1), for: PolicyPlace(.scoring, in: context.id), overridesPin: false,
        at: house.now, in: scope)
      try await store.delete(context.id, at: house.now, in: scope)
      #expect(try await store.policySettings(in: scope).isEmpty)
      #expect(try await store.policiesInForce(in: house.scope(in: context)) == PoliciesInForce())
      _ = try await store.purge(forgottenBefore: house.now)
      #expect(try await store.policySettings(in: scope).isEmpty)
      #expect(try await store.policyEvents(limit: 9, in: scope).map(\.action) == [.put])
      #expect(try await store.findings().isEmpty)
    }
  }
}
