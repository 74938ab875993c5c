import Testing

@testable import HTTPServer

@Suite struct RouterTests {
  private static let router: Router = {
    var router = Router()
    func on(_ method: Method, _ template: String) {
      router.on(method, template) { request in
        let names = ["id", "name", "number", "key", "rest"].compactMap { name in
          request.parameters[name].map { "\(name)=\($0)" }
        }
        return Response(200, text: ([template] + names).joined(separator: " "))
      }
    }
    on(.get, "/")
    on(.get, "/health")
    on(.get, "/memories")
    on(.post, "/memories")
    on(.get, "/memories/{id}")
    on(.delete, "/memories/{id}")
    on(.get, "/memories/latest")
    on(.get, "/memories/{id}/edges")
    on(.get, "/memories/latest/edges/{name}")
    on(.get, "/items/{number:integer}")
    on(.get, "/items/{key:uuid}")
    on(.get, "/items/{name}")
    on(.put, "/items/{id}")
    on(.get, "/files/{rest...}")
    on(.get, "/files/index")
    on(.get, "/a/b/c")
    on(.get, "/a/{id}/d")
    on(.get, "/größe/{name}")
    on(.get, "/slash/")
    return router
  }()

  private func ask(_ method: Method, _ target: String) async throws -> (Response, String) {
    let response = await Self.router.respond(to: Request(method, target))
    return (response, String(decoding: try await response.body.collect(), as: UTF8.self))
  }

  @Test(arguments: [
    ("/", "/"), ("/?a=b", "/"), ("/health", "/health"), ("/memories/1", "/memories/{id} id=1"),
    ("/memories/latest", "/memories/latest"), ("/memories/latest/edges", "/memories/{id}/edges id=latest"),
    ("/memories/latest/edges/x", "/memories/latest/edges/{name} name=x"),
    ("/memories/1/edges", "/memories/{id}/edges id=1"),
    // Escapes are decoded once, after the path is split.
    ("/memories/a%2Fb", "/memories/{id} id=a/b"), ("/memories/a%252Fb", "/memories/{id} id=a%2Fb"),
    ("/memories/a+b", "/memories/{id} id=a+b"), ("/memories/%C3%BC", "/memories/{id} id=ü"),
    ("/%68ealth", "/health"), ("/gr%C3%B6%C3%9Fe/x", "/größe/{name} name=x"),
    ("/memories/..", "/memories/{id} id=.."),
    ("/items/12", "/items/{number:integer} number=12"), ("/items/-12", "/items/{number:integer} number=-12"),
    ("/items/12a", "/items/{name} name=12a"), ("/items/-", "/items/{name} name=-"),
    (
      "/items/0190f3a1-7b1c-7def-8a2b-1234567890AB",
      "/items/{key:uuid} key=0190f3a1-7b1c-7def-8a2b-1234567890AB"
    ),
    ("/items/0190f3a1-7b1c-7def-8a2b-1234567890A", "/items/{name} name=0190f3a1-7b1c-7def-8a2b-1234567890A"),
    ("/files/", "/files/{rest...} rest="), ("/files/a", "/files/{rest...} rest=a"),
    ("/files/a/b/", "/files/{rest...} rest=a/b/"), ("/files/index", "/files/index"),
    ("/files/index/x", "/files/{rest...} rest=index/x"),
    // What fits at first and fails later does not hide what fits.
    ("/a/b/c", "/a/b/c"), ("/a/b/d", "/a/{id}/d id=b"), ("/slash/", "/slash/"),
  ])
  func `a path finds the most specific route`(_ target: String, _ expected: String) async throws {
    let (response, text) = try await ask(.get, target)
    #expect(response.status == 200)
    #expect(text == expected)
  }

  @Test(arguments: [
    "/nothing", "/health/", "/health/x", "//health", "/HEALTH", "/memories/", "/memories//edges", "/a/b",
    "/files",
    "/slash", "/items",
  ])
  func `a path that no route has is not found`(_ target: String) async throws {
    #expect(try await ask(.get, target).0.status == 404)
    #expect(try await ask(.options, target).0.status == 404)
  }

  @Test(arguments: ["/memories/%FF", "/memories/%00", "/memories/a%C3", "/files/%FF"])
  func `a parameter that is not text is a bad request`(_ target: String) async throws {
    #expect(try await ask(.get, target).0.status == 400)
  }

  @Test(arguments: [
    (Method.delete, "/memories", "GET, POST, HEAD, OPTIONS"), (.post, "/health", "GET, HEAD, OPTIONS"),
    (.patch, "/memories/latest", "GET, DELETE, HEAD, OPTIONS"),
    (.post, "/items/12", "GET, PUT, HEAD, OPTIONS"),
    (.trace, "/health", "GET, HEAD, OPTIONS"),
  ])
  func `a method that is not offered is told which ones are`(
    _ method: Method, _ target: String, _ allow: String
  )
    async throws
  {
    let (response, _) = try await ask(method, target)
    #expect(response.status == 405)
    #expect(response.headers["Allow"] == allow)
  }

  @Test func `a less specific route that offers the method is found behind one that does not`() async throws {
    #expect(try await ask(.delete, "/memories/latest").1 == "/memories/{id} id=latest")
    #expect(try await ask(.put, "/items/12").1 == "/items/{id} id=12")
  }

  @Test func `a method that nobody knows is not implemented`() async throws {
    #expect(try await ask("BREW", "/health").0.status == 501)
    #expect(try await ask("get", "/health").0.status == 501)
  }

  @Test func `HEAD is GET unless it has a handler of its own`() async throws {
    #expect(try await ask(.head, "/health").0.status == 200)
    #expect(try await ask(.head, "/nothing").0.status == 404)
    var router = Router()
    router.on(.get, "/") { _ in Response(200) }
    router.on(.head, "/") { _ in Response(204) }
    #expect(await router.respond(to: Request(.head, "/")).status == 204)
  }

  @Test func `OPTIONS is answered with what is offered`() async throws {
    let (response, _) = try await ask(.options, "/memories")
    #expect(response.status == 204)
    #expect(response.headers["Allow"] == "GET, POST, HEAD, OPTIONS")
    #expect(try await ask(.options, "*").0.headers["Allow"] == "GET, POST, DELETE, PUT, HEAD, OPTIONS")
  }

  @Test(arguments: [
    "health", "", "/{}", "/{a", "/a}", "/x{a}", "/{a}x", "/{a:date}", "/{a...}/b", "/{a}/{a}", "/{a b}",
    "/{...}",
  ])
  func `a template that cannot be read says why`(_ template: String) {
    #expect(throws: RouteTemplate.Malformed.self) { try RouteTemplate(template) }
  }

  @Test func `a route cannot be added twice`() async {
    await #expect(processExitsWith: .failure) {
      var router = Router()
      router.on(.get, "/{a}") { _ in Response(200) }
      router.on(.get, "/{b}") { _ in Response(200) }
    }
  }

  @Test func `parameters are read as what they are`() async {
    let parameters: Parameters = ["n": "12", "t": "x"]
    #expect(parameters.value("n", as: Int.self) == 12)
    #expect(parameters.value("t", as: Int.self) == nil)
    #expect(parameters["missing"] == nil)
  }

  @Test func `middleware stands around handlers and refusals, the first outermost`() async throws {
    var router = Router()
    router.on(.get, "/") { Response(200, text: $0.id) }
    for name in ["outer", "inner"] {
      router.use { request, next in
        var request = request
        request.id += " \(name)"
        var response = await next(request)
        response.headers.add("X-Seen", name)
        return response
      }
    }
    router.use { request, next in
      request.headers["X-Stop"] == nil ? await next(request) : Response(403)
    }
    let response = await router.respond(to: Request(.get, "/", id: "id"))
    #expect(try await response.body.collect() == Array("id outer inner".utf8))
    #expect(response.headers.values(for: "X-Seen") == ["inner", "outer"])
    let missing = await router.respond(to: Request(.get, "/missing"))
    #expect(missing.status == 404)
    #expect(missing.headers.values(for: "X-Seen") == ["inner", "outer"])
    let stopped = await router.respond(to: Request(.get, "/", headers: ["X-Stop": "1"]))
    #expect(stopped.status == 403)
  }

  @Test func `a bare route is answered without middleware`() async {
    var router = Router()
    router.on(.get, "/probe", bare: true) { _ in Response(200) }
    router.use { _, _ in Response(403) }
    #expect(await router.respond(to: Request(.get, "/probe")).status == 200)
    #expect(await router.respond(to: Request(.post, "/probe")).status == 403)
  }

  @Test func `random routes are found as by trying every template`() async {
    var random = SeededRandom(seed: 7)
    let words = ["a", "b", "ab", "1", "22"]
    for round in 0..<300 {
      var templates: [(text: String, template: RouteTemplate)] = []
      var trie = RouteTrie<String>()
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let depth = Int.random(in: 1...4, using: &random)
        var text = ""
        for level in 0..<depth {
          switch Int.random(in: 0..<10, using: &random) {
          case 0 where level == depth - 1: text += "/{p\(level)...}"
          case 1...3: text += "/{p\(level)}"
          case 4: text += "/{p\(level):integer}"
          default: text += "/" + (words.randomElement(using: &random) ?? "")
          }
        }
        guard let template = try? RouteTemplate(text), trie[template] == nil else { continue }
        trie[template] = text
        templates.append((text, template))
      }
      for _ in 0..<40 {
        let segments = (0..<Int.random(in: 1...5, using: &random)).map { _ in
          (words + ["", "c", "a%2Fb", "%61"]).randomElement(using: &random) ?? ""
        }
        let path = Array(("/" + segments.joined(separator: "/")).utf8)
        var found: [String] = []
        try? trie.search(path[...]) { text, values in
          found.append("\(text) \(values)")
          return false
        }
        let expected = templates.compactMap { text, template in
          NaiveMatch(template, segments).map { (text, $0) }
        }.sorted { $0.1.rank.lexicographicallyPrecedes($1.1.rank) }
        #expect(
          found == expected.map { "\($0) \($1.values)" },
          "round \(round), \(segments) in \(templates.map(\.text))")
      }
    }
  }
}

/// One template against one path, without a tree.
private struct NaiveMatch {
  var values: [String] = []
  /// How specific each segment is; the smaller, the earlier.
  var rank: [Int] = []

  init?(_ template: RouteTemplate, _ segments: [String]) {
    func decoded(_ text: String) -> String { text.replacing("%2F", with: "/").replacing("%61", with: "a") }
    for (index, expected) in template.segments.enumerated() {
      guard index < segments.count else { return nil }
      let text = decoded(segments[index])
      switch expected {
      case .literal(let literal):
        guard Array(text.utf8) == literal else { return nil }
        rank.append(0)
      case .parameter(.integer):
        guard Int(text) != nil else { return nil }
        values.append(text)
        rank.append(1)
      case .parameter:
        guard !text.isEmpty else { return nil }
        values.append(text)
        rank.append(3)
      case .rest:
        values.append(decoded(segments[index...].joined(separator: "/")))
        rank.append(4)
        return
      }
    }
    guard template.segments.count == segments.count else { return nil }
  }
}
