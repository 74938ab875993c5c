internal import Model
internal import Storage

/// A context that a scope gives access to. Its row number is what statements about memories are bound to, and only a
/// check against workspace, context and user gives it out: so no statement can reach into another context.
struct OpenContext {
  let row: Int64

  /// The value to bind where a statement says `context = ?`.
  var value: SQLiteValue { .integer(row) }

  private init(row: Int64) { self.row = row }

  /// The context of `scope`; nil when it is deleted, in another workspace, or private to somebody else.
  static func find(_ scope: Scope, in session: SQLiteSession) throws(StorageError) -> OpenContext? {
    let visible = """
      SELECT context.row FROM context JOIN workspace ON workspace.row = context.workspace
      WHERE context.id = ? AND workspace.id = ? AND context.deleted_at IS NULL
        AND (NOT context.is_private OR context.creator = (SELECT row FROM user WHERE id = ?))
      """
    return try session.integer(visible, [.id(scope.context), .id(scope.workspace), .id(scope.user)])
      .map(OpenContext.init)
  }

  /// The context of `scope`. Throws `notFound` where ``find(_:in:)`` returns nil.
  static func require(_ scope: Scope, in session: SQLiteSession) throws(StorageError) -> OpenContext {
    guard let context = try find(scope, in: session) else {
      throw StorageError(.notFound, "there is no such context")
    }
    return context
  }
}
