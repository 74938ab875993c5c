import Engine
import JSON
import Model
import Storage

/// How far a context is embedded, as clients see it.
public struct EmbeddingStatusView: Sendable {
  var context = ContextID(high: 0, low: 0)
  var contextName = ""
  var present: Progress?
  var next: Progress?
  var previous: String?
  var failures: [Failure] = []

  init() {}

  init(_ status: EmbeddingStatus) {
    context = status.context.id
    contextName = status.context.name
    present = status.present.map(Progress.init)
    next = status.next.map(Progress.init)
    previous = status.context.previousModel
    failures = status.failures.map(Failure.init)
  }

  struct Progress: Sendable {
    var model = ""
    var isOffered = true
    var memories = 0
    var embedded = 0
    var pending = 0
    var failed = 0
    var problem: String?

    init() {}

    init(_ progress: EmbeddingStatus.Progress) {
      model = progress.model
      isOffered = progress.isOffered
      memories = Int(progress.counts.memories)
      embedded = Int(progress.counts.embedded)
      pending = Int(progress.counts.pending)
      failed = Int(progress.counts.failed)
      problem = progress.problem?.reason
    }

    static let schema = Schema.record(Progress()) {
      Field("model", \.model, .string(), "")
      Field("is_offered", \.isOffered, .bool, "Whether this server has the model.")
      Field("memories", \.memories, .integer(), "")
      Field("embedded", \.embedded, .integer(), "")
      Field("pending", \.pending, .integer(), "Found by words until their turn comes.")
      Field("failed", \.failed, .integer(), "Found by words; tried again every hour.")
      Field("problem", \.problem, .string(), "Why the model did not answer.")
    }
  }

  struct Failure: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var summary = ""
    var model = ""
    var reason = ""
    var attempts = 0
    var at = Timestamp(microseconds: 0)

    init() {}

    init(_ failure: EmbeddingFailure) {
      memory = failure.memory
      summary = failure.summary
      model = failure.model
      reason = failure.reason
      attempts = Int(failure.attempts)
      at = failure.at
    }

    static let schema = Schema.record(Failure()) {
      Field("memory_id", \.memory, .identifier(), "")
      Field("summary", \.summary, .string(), "")
      Field("model", \.model, .string(), "")
      Field("reason", \.reason, .string(), "")
      Field("attempts", \.attempts, .integer(), "")
      Field("at", \.at, .timestamp, "")
    }
  }

  static let schema = Schema.record(EmbeddingStatusView()) {
    Field("context_id", \.context, .identifier(), "")
    Field("context_name", \.contextName, .string(), "")
    Field("present", \.present, Progress.schema, "What finds memories now; absent: words only.")
    Field("next", \.next, Progress.schema, "What will, once all are embedded: the model is changing.")
    Field("previous_model", \.previous, .string(), "What undo_model_change goes back to.")
    Field("failures", \.failures, .array(of: Failure.schema), "The latest first.")
  }
}
