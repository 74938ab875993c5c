internal import Engine
internal import JSON

/// The library as resources.
extension Endpoint {
  func listResources(_ params: JSONObject, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    let library = try await asked("resources/list") { () async throws(EngineError) in
      try await exchange.library
    }
    let entries = try await asked("resources/list") { () async throws(EngineError) in
      try await library.listed()
    }
    let cursor: String?
    switch params["cursor"] {
    case nil, .null: cursor = nil
    case .string(let text): cursor = text
    default: throw RPCError(.invalidParameters, "A cursor is the nextCursor of a page.")
    }
    let page = try ResourceListing.page(of: entries, after: cursor)
    // Who has seen the list wants to know when it is another.
    await exchange.subscriptions?.addList(in: library)
    var result: JSONObject = [
      "resources": .array(page.entries.map { .object($0.json(for: exchange.revision)) })
    ]
    if let next = page.next { result["nextCursor"] = .string(next) }
    return result
  }

  func listResourceTemplates(_ params: JSONObject, in exchange: Exchange) throws(RPCError) -> JSONObject {
    try refuseCursor(params)
    return ["resourceTemplates": .array(ResourceListing.templates(for: exchange.revision))]
  }

  func readResource(_ params: JSONObject, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    let (uri, address) = try address(params)
    let page: Page
    do throws(EngineError) { page = try await exchange.library.page(at: address) } catch {
      switch error {
      case .memoryNotFound, .contextNotFound: throw .unknownResource(uri)
      case .fault(let cause):
        report(cause, "resources/read")
        throw RPCError(error)
      default: throw RPCError(error)
      }
    }
    let contents: JSONValue = [
      "uri": .string(uri), "mimeType": .string(ResourceListing.mimeType), "text": .string(page.text),
    ]
    return ["contents": [contents]]
  }

  func subscribe(_ params: JSONObject, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    let (uri, _) = try address(params)
    let library = try await asked("resources/subscribe") { () async throws(EngineError) in
      try await exchange.library
    }
    try await exchange.subscriptions?.add(uri, in: library)
    return [:]
  }

  func unsubscribe(_ params: JSONObject, in exchange: Exchange) throws(RPCError) -> JSONObject {
    exchange.subscriptions?.remove(try address(params).uri)
    return [:]
  }

  private func address(_ params: JSONObject) throws(RPCError) -> (uri: String, ResourceAddress) {
    guard let uri = params["uri"]?.stringValue else {
      throw RPCError(.invalidParameters, "params.uri is the URI of a resource.")
    }
    guard let address = ResourceAddress(uri) else { throw .unknownResource(uri) }
    return (uri, address)
  }
}
