import Keywords

/// What libFuzzer calls with every input it thinks of. It traps where a promise of the module is broken.
///
/// Whatever the text, a document of it is taken in and found by another of its words; the text is a legal query; and
/// neither a segment made of the tail nor a second search changes an answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokens(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  guard let first = bytes.first else { return 0 }
  let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
  var configuration = KeywordConfiguration()
  configuration.languages = [Language.allCases[Int(first) % Language.allCases.count]]
  if first > 200 { configuration.languages.append(.german) }
  configuration.synonyms = [["anchor", String(text.prefix(20))]]

  let index = KeywordIndex(configuration)
  index.apply(
    [.upsert(7, fields: [text, "anchor"]), .upsert(8, fields: ["", "\(text) \(text)"])], sequence: 1)
  precondition(
    index.search("anchor", limit: 2).contains { $0.number == 7 }, "a document is not found by a word of it")
  let queries = [text, "anchor \(text)", "\"\(text)\"", String(text.reversed())]
  let before = queries.map { index.search($0, limit: 2) }
  precondition(before[1].contains { $0.number == 7 }, "a query hides a word of its own")
  precondition(before[0].isEmpty || before[0].count == 2, "a text that is in two documents is found in one")
  precondition(before == queries.map { index.search($0, limit: 2) }, "two searches answer differently")
  do throws(KeywordIndexError) {
    try index.compact()
  } catch {
    preconditionFailure("two documents become no segment: \(error)")
  }
  precondition(
    before == queries.map { index.search($0, limit: 2) }, "a segment answers otherwise than the tail")
  return 0
}
