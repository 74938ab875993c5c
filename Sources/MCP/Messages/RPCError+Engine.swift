internal import Engine
internal import JSON

extension RPCError {
  /// How a failure of the engine looks where there is no result to put it into. (A tool puts it into its result.)
  init(_ error: EngineError) {
    let code: Code =
      switch error {
      case .invalid, .contextNotFound, .memoryNotFound: .invalidParameters
      default: .fault
      }
    self.init(code, error.message, data: ["error": .string(error.face.code)])
  }

  static func unknownResource(_ uri: String) -> RPCError {
    RPCError(
      .unknownResource,
      "There is no resource “\(uri.prefix(200))”. resources/list and resources/templates/list show what there is.",
      data: ["uri": .string(String(uri.prefix(2_000)))])
  }

  /// The same error with the code that the era has for it.
  func fitting(_ era: Revision.Era) -> RPCError {
    code == .unknownResource && era == .modern ? RPCError(.invalidParameters, message, data: data) : self
  }
}
