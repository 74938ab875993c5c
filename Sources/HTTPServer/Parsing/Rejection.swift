/// Why a request is answered by the server itself and the connection is closed.
public struct Rejection: Error, Equatable, Sendable {
  /// The status of the answer.
  public let status: Int
  /// One sentence for whoever wrote the client.
  public let reason: String

  init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

extension Rejection {
  static let requestLine = Rejection(400, "The request line is malformed.")
  static let target = Rejection(400, "The request target is malformed.")
  static let lineEnd = Rejection(400, "A line does not end with CR LF.")
  static let fieldName = Rejection(400, "A header line does not start with a name and a colon.")
  static let fieldValue = Rejection(400, "A header value contains a control character.")
  static let foldedField = Rejection(400, "A header value continues on the next line.")
  static let contentLength = Rejection(400, "Content-Length is not a number.")
  static let repeatedLength = Rejection(400, "There is more than one Content-Length.")
  static let lengthAndChunks = Rejection(400, "Content-Length and Transfer-Encoding exclude each other.")
  static let transferEncoding = Rejection(400, "The only Transfer-Encoding is chunked.")
  static let transferCoding = Rejection(501, "Compressed transfer codings are not implemented.")
  static let missingHost = Rejection(400, "Host is missing.")
  static let repeatedHost = Rejection(400, "There is more than one Host.")
  static let host = Rejection(400, "Host is malformed.")
  static let chunkSize = Rejection(400, "The size of a chunk is malformed.")
  static let chunkExtensions = Rejection(400, "The chunk extensions are too long.")
  static let chunkEnd = Rejection(400, "A chunk does not end where its size says.")
  static let version = Rejection(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
  static let expectation = Rejection(417, "Only 100-continue can be expected.")
  static let longTarget = Rejection(414, "The request target is too long.")
  static let longHead = Rejection(431, "The request's headers are too large.")
  static let manyFields = Rejection(431, "The request has too many headers.")
  static let longTrailers = Rejection(431, "The request's trailers are too large.")
  static let longBody = Rejection(413, "The request's body is too large.")
  static let slowHead = Rejection(408, "The request's headers did not arrive in time.")
  static let slowBody = Rejection(408, "The request's body did not arrive in time.")
}
