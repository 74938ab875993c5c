public import Engine
public import JSON
import Model
import Storage

/// What waits to be done, or could not be done.
public enum ListTasks: Operation {
  public static let name = "list_tasks"
  public static let title = "List queued tasks"
  public static let about = """
    Work that was queued on your behalf, by plugins above all, the latest change first: parked (it failed again and \
    again; `error` says why), waiting, or finished within the last day.
    """
  public static let access = Access.reads(.member)
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/tasks")
  public static let command = Command("state", example: "mneme list_tasks parked")

  public struct Input: Sendable {
    var state = QueuedTask.State.parked
    var limit = 50
  }

  public static let input = Schema.record(Input()) {
    Field("state", \.state, .enumeration(), "Which.", required: false)
    Field("limit", \.limit, .integer(1...500), "How many.", required: false)
  }

  public struct Output: Sendable {
    var tasks: [TaskView] = []
  }

  public static let output = Schema.record(Output()) {
    Field("tasks", \.tasks, .array(of: TaskView.schema), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let tasks = try await call.engine.tasks(input.state, limit: input.limit, as: call.caller)
    return Output(tasks: tasks.map(TaskView.init))
  }
}

/// Tries a parked task again.
public enum RetryTask: Operation {
  public static let name = "retry_task"
  public static let title = "Retry a parked task"
  public static let about = "Lets a parked task be tried again, at once and with all its attempts."
  public static let access = Access.writes(idempotent: false)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/tasks/{task_id}/retry")
  public static let command = Command(
    "task_id", example: "mneme retry_task 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f")

  public struct Input: Sendable {
    var task = ""
  }

  public static let input = Schema.record(Input()) {
    Field("task_id", \.task, .string(length: 1...64), "The task's id, from list_tasks.")
  }

  public static let output = TaskView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> TaskView {
    TaskView(try await call.engine.retryTask(input.task, as: call.caller))
  }
}

/// A task as clients see it.
public struct TaskView: Sendable {
  var id = TaskID(high: 0, low: 0)
  var kind = ""
  var key = ""
  var state = QueuedTask.State.waiting
  var attempts = 0
  var error: String?
  var dueAt = Timestamp(microseconds: 0)
  var createdAt = Timestamp(microseconds: 0)
  var changedAt = Timestamp(microseconds: 0)

  init() {}

  init(_ task: QueuedTask) {
    id = task.id
    kind = task.kind
    key = task.key
    state = task.state
    attempts = task.attempts
    error = task.error
    dueAt = task.dueAt
    createdAt = task.createdAt
    changedAt = task.changedAt
  }

  static let schema = Schema.record(TaskView()) {
    Field("task_id", \.id, .identifier(), "")
    Field("kind", \.kind, .string(), "")
    Field("key", \.key, .string(), "What it is about.")
    Field("state", \.state, .enumeration(), "")
    Field("attempts", \.attempts, .integer(), "")
    Field("error", \.error, .string(), "Why the last attempt failed.")
    Field("due_at", \.dueAt, .timestamp, "When it is tried next.")
    Field("created_at", \.createdAt, .timestamp, "")
    Field("changed_at", \.changedAt, .timestamp, "")
  }
}
