import JSON
import Testing

@Suite struct JSONObjectTests {
  @Test func `members stay in the order in which they were added`() {
    var object: JSONObject = ["z": 1, "a": 2]
    object["m"] = 3
    object["z"] = 4
    #expect(object.keys == ["z", "a", "m"])
    #expect(object.values == [4, 2, 3])
    #expect(object.map(\.key) == object.keys)
    #expect(object[1].value == 2)
    #expect(object.first?.key == "z")
  }

  @Test func `setting nil removes a member, setting null does not`() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = .some(.null)
    #expect(object.count == 2)
    object["a"] = Optional.none
    object["none"] = Optional.none
    #expect(object == ["b": 2])
  }

  @Test func `a later value of the same key replaces the earlier one`() {
    let object = JSONObject([("a", 1), ("b", 2), ("a", 3)])
    #expect(object.text == #"{"a":3,"b":2}"#)
  }

  @Test func `order does not matter to equality, keys and values do`() {
    let object: JSONObject = ["a": 1, "b": [2]]
    #expect(object == ["b": [2], "a": 1])
    #expect(object.hashValue == (["b": [2], "a": 1] as JSONObject).hashValue)
    #expect(object != ["a": 1, "b": [3]])
    #expect(object != ["a": 1])
    #expect(object != ["a": 1, "c": [2]])
    #expect(object != ["a": 1, "b": [2], "c": 3])
  }

  @Test(arguments: 0..<4)
  func `any sequence of changes leaves what a list of pairs would hold`(_ seed: UInt64) {
    var random = Seeded(seed)
    var object = JSONObject()
    var model: [(key: String, value: JSONValue)] = []
    for step in 0..<1_500 {
      let key = "key \(Int.random(in: 0..<60, using: &random))"
      let position = model.firstIndex { $0.key == key }
      if Int.random(in: 0..<5, using: &random) == 0 {
        object[key] = Optional.none
        if let position { model.remove(at: position) }
      } else {
        object[key] = .integer(step)
        if let position {
          model[position].value = .integer(step)
        } else {
          model.append((key, .integer(step)))
        }
      }
      if object.keys != model.map(\.key) || object.values != model.map(\.value) {
        Issue.record("step \(step): \(object) instead of \(model)")
        return
      }
      let probe = "key \(Int.random(in: 0..<60, using: &random))"
      #expect(object[probe] == model.first { $0.key == probe }?.value)
    }
  }

  @Test func `a copy is a value of its own`() {
    let original = JSONObject((0..<40).map { ("\($0)", .integer($0)) })
    var copy = original
    copy["new"] = 1
    copy["0"] = Optional.none
    #expect(original.count == 40)
    #expect(original["new"] == nil)
    #expect(original["0"] == 0)
    #expect(copy["39"] == 39)
  }
}

extension JSONObject {
  fileprivate var text: String { JSONValue.object(self).text }
}
