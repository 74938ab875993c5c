import HTTPServer
import Testing

@Suite struct HeadersTests {
  @Test func `names are found in any case, and order is kept`() {
    var headers: Headers = ["Accept": "a", "X-One": "1", "x-one": "2"]
    #expect(headers["ACCEPT"] == "a")
    #expect(headers["x-One"] == "1")
    #expect(headers["X-Two"] == nil)
    #expect(headers["X-On"] == nil)
    #expect(headers.values(for: "X-ONE") == ["1", "2"])
    headers.add("X-One", "3")
    #expect(headers.map(\.value) == ["a", "1", "2", "3"])
  }

  @Test func `setting replaces all fields of a name`() {
    var headers: Headers = ["X": "1", "Y": "2", "x": "3", "Z": "4"]
    headers.set("X", "5")
    #expect(headers.map { "\($0.name)=\($0.value)" } == ["Y=2", "Z=4", "X=5"])
    headers["Y"] = nil
    headers["Z"] = "6"
    #expect(headers.map { "\($0.name)=\($0.value)" } == ["X=5", "Z=6"])
    headers.remove("X")
    headers.remove("Z")
    #expect(headers.isEmpty)
    #expect(headers["X"] == nil)
  }

  @Test func `letters differ from the marks that share their bits`() {
    // "[" and "{", "@" and "`", differ from each other as "A" and "a" do.
    let headers: Headers = ["X^": "1", "X`": "2"]
    #expect(headers["X~"] == nil)
    #expect(headers["X`"] == "2")
  }

  @Test func `a request can be made without a socket`() {
    var request = Request(
      .post, "/a%20b/c?x=1&y=two+words&z=%E2%82%AC&bad=%zz&flag&=v",
      headers: ["Host": "example.org", "X": "1"],
      body: [1, 2])
    #expect(request.path == "/a%20b/c")
    #expect(request.query == "x=1&y=two+words&z=%E2%82%AC&bad=%zz&flag&=v")
    #expect(
      request.queryItems.map { "\($0.name)=\($0.value)" }
        == ["x=1", "y=two words", "z=€", "bad=%zz", "flag=", "=v"])
    #expect(request.queryValue("y") == "two words")
    #expect(request.host == "example.org")
    #expect(request.body == [1, 2])
    request.headers["X"] = "2"
    #expect(request.headers["X"] == "2")
    #expect(request.headers["Host"] == "example.org")
    #expect(request.target.hasPrefix("/a%20b/c?x=1"))
  }
}
