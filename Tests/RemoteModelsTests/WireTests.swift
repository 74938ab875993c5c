import Inference
import JSON
import RemoteModels
import Testing
import WebClient

@Suite struct WireTests {
  private func asked(
    _ provider: Provider, _ texts: [String], _ kind: TextKind, dimensions: Int? = nil
  ) -> String {
    JSONValue.object(provider.wire(model: "m", dimensions: dimensions).request(texts, as: kind)).text
  }

  @Test func `each provider is asked in its own words`() {
    #expect(
      asked(.openai, ["a", "b"], .query)
        == #"{"model":"m","input":["a","b"],"encoding_format":"base64"}"#)
    #expect(
      asked(.openai, ["a"], .document, dimensions: 4)
        == #"{"model":"m","input":["a"],"encoding_format":"base64","dimensions":4}"#)
    #expect(
      asked(.cohere, ["a"], .query, dimensions: 4)
        == #"{"model":"m","texts":["a"],"input_type":"search_query","embedding_types":["float"],"truncate":"END","output_dimension":4}"#
    )
    #expect(asked(.cohere, ["a"], .document).contains(#""input_type":"search_document""#))
    #expect(
      asked(.voyage, ["a"], .document)
        == #"{"model":"m","input":["a"],"input_type":"document","truncation":true,"output_dtype":"float","encoding_format":"base64"}"#
    )
    #expect(asked(.voyage, ["a"], .query, dimensions: 4).hasSuffix(#""output_dimension":4}"#))
    #expect(
      asked(.ollama, ["a"], .query, dimensions: 4)
        == #"{"model":"m","input":["a"],"truncate":true,"dimensions":4}"#)
  }

  private func vectors(_ provider: Provider, _ answer: String) throws -> [[Float]] {
    try provider.wire(model: "m", dimensions: nil).vectors(in: JSONValue(parsing: answer))
  }

  @Test func `numbered vectors are put in order, as numbers or as floats in base64`() throws {
    // 0x3F800000 is 1 and 0xC0000000 is -2.
    let answer = #"{"data":[{"index":1,"embedding":[1,-0.5]},{"index":0,"embedding":"AACAPwAAAMA="}]}"#
    for provider in [Provider.openai, .voyage] {
      #expect(try vectors(provider, answer) == [[1, -2], [1, -0.5]])
    }
  }

  @Test func `plain lists of vectors are read`() throws {
    #expect(try vectors(.cohere, #"{"embeddings":{"float":[[1,2],[3,4.5]]}}"#) == [[1, 2], [3, 4.5]])
    #expect(try vectors(.ollama, #"{"embeddings":[[1,2],[3,4.5]]}"#) == [[1, 2], [3, 4.5]])
  }

  @Test(arguments: [
    #"{}"#, #"[]"#, #"{"data":{}}"#, #"{"data":[{"index":0}]}"#, #"{"data":[{"embedding":[1]}]}"#,
    #"{"data":[{"index":1,"embedding":[1]}]}"#, #"{"data":[{"index":-1,"embedding":[1]}]}"#,
    #"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#,
    #"{"data":[{"index":0,"embedding":["1"]}]}"#, #"{"data":[{"index":0,"embedding":"AACAPw"}]}"#,
    #"{"data":[{"index":0,"embedding":"AACA"}]}"#, #"{"embeddings":{"int8":[[1]]}}"#, #"{"embeddings":[1]}"#,
  ])
  func `an answer of another form makes no sense`(answer: String) {
    for provider in Provider.allCases {
      #expect(throws: InferenceError.self) { try vectors(provider, answer) }
    }
  }

  @Test func `the wish to be left alone is read in all its forms`() {
    func wish(_ headers: (String, String)...) -> Duration? {
      WebResponse(status: 429, headers: WebHeaders(headers.map { (name: $0.0, value: $0.1) }), body: [])
        .retryAfter
    }
    #expect(wish(("Retry-After", "120")) == .seconds(120))
    #expect(wish(("retry-after", "0.5")) == .milliseconds(500))
    #expect(wish(("Retry-After", "1"), ("Retry-After-Ms", "250")) == .milliseconds(250))
    #expect(
      wish(("Date", "Wed, 28 Feb 2024 23:59:50 GMT"), ("Retry-After", "Thu, 29 Feb 2024 00:00:20 GMT"))
        == .seconds(30))
    #expect(
      wish(("Date", "Thu, 29 Feb 2024 00:00:20 GMT"), ("Retry-After", "Wed, 28 Feb 2024 23:59:50 GMT"))
        == .zero)
    for text in ["", "soon", "-1", "nan", "1e300", "Thu, 99 Feb 2024 00:00:20 GMT"] {
      #expect(wish(("Date", "Thu, 29 Feb 2024 00:00:20 GMT"), ("Retry-After", text)) == nil)
    }
  }

  @Test func `waiting grows, with chance, up to a limit`() {
    let backoff = Backoff()
    #expect(backoff.wait(before: 1, wish: nil, random: 0.5) == .milliseconds(250))
    #expect(backoff.wait(before: 3, wish: nil, random: 0.5) == .seconds(1))
    #expect(backoff.wait(before: 60, wish: nil, random: 0.5) == .seconds(15))
    #expect(backoff.wait(before: 1, wish: .seconds(7), random: 0) == .seconds(7))
    #expect(backoff.wait(before: 1, wish: .seconds(61), random: 0) == nil)
  }

  @Test func `texts are spread over requests within both limits`() {
    let batches = Batches(textLimit: 3, byteLimit: 10)
    let sizes = [1, 1, 1, 1, 9, 2, 30, 5, 5, 1]
    let texts = sizes.map { String(repeating: "x", count: $0) }
    #expect(batches.ranges(of: texts) == [0..<3, 3..<5, 5..<6, 6..<7, 7..<9, 9..<10])
    #expect(batches.ranges(of: []) == [])
  }

  @Test func `a text is cut between characters`() {
    #expect("abc".cut(toBytes: 3) == "abc")
    #expect("aäü".cut(toBytes: 4) == "aä")
    #expect("a😀".cut(toBytes: 4) == "a")
  }

  @Test func `a configuration is read, and never shows its key`() throws {
    let json = try JSONValue(
      parsing: #"{"provider":"cohere","model":"embed-v4","dimensions":1024,"key":"sk-1234567890"}"#)
    let configuration = try RemoteModelConfiguration.schema.decode(json)
    #expect(configuration.key?.secret == "sk-1234567890")
    #expect(configuration.identity.description == "embed-v4@cohere;text=8000/1024")
    var dumped = ""
    dump(configuration, to: &dumped)
    let shown = [
      "\(configuration)", String(reflecting: configuration), dumped,
      RemoteModelConfiguration.schema.encode(configuration).text,
    ]
    for text in shown { #expect(!text.contains("1234567890")) }
    for wrong in [
      #"{"model":"m","dimensions":4,"key":"k","secret":"s"}"#, #"{"model":"m"}"#,
      #"{"model":"m","dimensions":4,"url":"ftp://a.example"}"#,
      #"{"model":"m","dimensions":4,"url":"https://user@a.example"}"#,
      #"{"model":"m","dimensions":4,"key":"a\r\nb"}"#, #"{"model":"m","dimensions":4,"colour":1}"#,
    ] {
      #expect(throws: SchemaFaults.self) {
        try RemoteModelConfiguration.schema.decode(JSONValue(parsing: wrong))
      }
    }
  }
}
