/// How far a long use case has come, for whoever waits for it.
///
/// A use case that takes its time calls `report` between its steps, and knows nothing of who listens. That is also where
/// it stops when its caller has called it off.
public enum Progress {
  /// One step.
  public struct Step: Sendable, Hashable {
    public var done: Int
    /// Nil while nobody knows.
    public var total: Int?
    /// What was done, in a few words.
    public var what: String

    public init(done: Int, total: Int?, what: String) {
      self.done = done
      self.total = total
      self.what = what
    }
  }

  @TaskLocal private static var listener: (@Sendable (Step) -> Void)?

  /// Runs `work`, and tells `listener` of its steps.
  public static func heard<Value: Sendable>(
    by listener: @escaping @Sendable (Step) -> Void,
    during work: @Sendable () async throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    let outcome: Result<Value, EngineError> = await $listener.withValue(listener) {
      do throws(EngineError) { return .success(try await work()) } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  /// Tells how far it is. Throws `cancelled` when nobody waits for the rest.
  public static func report(_ done: Int, of total: Int?, _ what: String) throws(EngineError) {
    if Task.isCancelled { throw .cancelled }
    listener?(Step(done: done, total: total, what: what))
  }
}
