internal import JSON

/// Why a message gets no result, in the words of JSON-RPC.
struct RPCError: Error, Hashable, Sendable {
  enum Code: Int64, Sendable, CaseIterable {
    case parse = -32700
    case invalidRequest = -32600
    case unknownMethod = -32601
    case invalidParameters = -32602
    case fault = -32603
    /// Of the legacy era; in the modern one it is a parameter like any other.
    case unknownResource = -32002
    case headerMismatch = -32020
    case missingCapability = -32021
    case unsupportedRevision = -32022
  }

  let code: Code
  let message: String
  let data: JSONObject?

  init(_ code: Code, _ message: String, data: JSONObject? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  var json: JSONObject {
    var object: JSONObject = ["code": .integer(code.rawValue), "message": .string(message)]
    if let data { object["data"] = .object(data) }
    return object
  }
}

extension RPCError.Code {
  /// The HTTP status of a modern answer. In the legacy era, answers of the protocol travel with 200 whatever they say,
  /// since its clients take any other status for a broken transport.
  var modernStatus: Int {
    switch self {
    case .parse, .invalidRequest, .invalidParameters, .unknownResource, .headerMismatch, .missingCapability,
      .unsupportedRevision:
      400
    case .unknownMethod: 404
    // The specification says nothing; the official server sends 200.
    case .fault: 200
    }
  }
}

extension RPCError {
  static func unknownMethod(_ name: String) -> RPCError {
    RPCError(.unknownMethod, "There is no method “\(name.prefix(100))” here.")
  }

  static func unsupportedRevision(_ requested: String) -> RPCError {
    let supported = Revision.all(of: .modern).map { JSONValue.string($0.rawValue) }
    return RPCError(
      .unsupportedRevision, "Unsupported protocol version",
      data: ["supported": .array(supported), "requested": .string(requested)])
  }
}
