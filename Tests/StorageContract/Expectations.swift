internal import Storage
internal import Testing

/// Expects that `body` throws a `StorageError` of that kind.
func expect(
  _ code: StorageError.Code, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async {
  let error = await #expect(throws: StorageError.self, sourceLocation: sourceLocation) { try await body() }
  if let error { #expect(error.code == code, "\(error)", sourceLocation: sourceLocation) }
}
