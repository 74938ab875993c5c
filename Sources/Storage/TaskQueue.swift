public import JSON
public import Model

/// Work that is done later, by whichever process comes to it first, at least once.
///
/// Taking a task moves the moment at which it is due to the end of the lease: a process that dies with it thereby gives it
/// back. Each taking counts as an attempt, and whoever reports names the attempt that it reports about, so that a holder
/// whose lease ran out cannot speak for the next one.
public protocol TaskQueue: Sendable {
  /// Adds tasks. One whose kind and key the workspace has, in whatever state, is passed over: so a retry adds nothing.
  /// Returns how many were added. Throws `notFound` when the user is no member of the workspace.
  func enqueue(_ tasks: [QueuedTask]) async throws(StorageError) -> Int

  /// Takes tasks that are due at `instant`, of these kinds, until the lease ends: the oldest of each workspace, at most
  /// `limit`. Workspaces in `busy` are left out, so that whoever runs several tasks can run one of each.
  func lease(
    _ kinds: [String], limit: Int, busy: Set<WorkspaceID>, at instant: Timestamp, until end: Timestamp
  ) async throws(StorageError) -> [QueuedTask]

  /// The work is done. Its key stays known until ``purgeTasks(finishedBefore:)``. Returns false when the task was taken by
  /// somebody else meanwhile.
  func finish(_ task: QueuedTask, at instant: Timestamp) async throws(StorageError) -> Bool

  /// The attempt failed, and the next one is due at `due`. Returns false when somebody else has the task.
  func postpone(
    _ task: QueuedTask, until due: Timestamp, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool

  /// There will be no more attempts unless somebody asks for them. Returns false when somebody else has the task.
  func park(_ task: QueuedTask, error: String, at instant: Timestamp) async throws(StorageError) -> Bool

  /// The tasks that were added for this user, the latest change first.
  func tasks(
    _ state: QueuedTask.State, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [QueuedTask]

  /// Makes a parked task of this user due at `instant`, with all its attempts before it. Returns it as it is then; nil
  /// when the user has no such task or it is not parked.
  func release(
    _ task: TaskID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> QueuedTask?

  /// When the next task of these kinds is due; nil when none waits.
  func nextDue(_ kinds: [String]) async throws(StorageError) -> Timestamp?

  /// Forgets tasks that were finished before `instant`, and their keys. Returns how many.
  func purgeTasks(finishedBefore instant: Timestamp) async throws(StorageError) -> Int
}

/// Identifies a ``QueuedTask``.
public typealias TaskID = Identifier<QueuedTask>

/// A piece of work, and how it stands.
public struct QueuedTask: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, CaseIterable {
    case waiting, finished, parked
  }

  public var id: TaskID
  public var workspace: WorkspaceID
  /// On whose behalf it is done.
  public var user: UserID
  /// Who knows how to do it.
  public var kind: String
  /// Names the work: a workspace has one task of a kind and key.
  public var key: String
  public var payload: JSONValue
  public var state = State.waiting
  /// When it may be taken.
  public var dueAt: Timestamp
  /// How often it was taken.
  public var attempts = 0
  /// Why the last attempt failed.
  public var error: String?
  public var createdAt: Timestamp
  public var changedAt: Timestamp

  public init(
    id: TaskID, workspace: WorkspaceID, user: UserID, kind: String, key: String, payload: JSONValue,
    dueAt: Timestamp, createdAt: Timestamp
  ) {
    self.id = id
    self.workspace = workspace
    self.user = user
    self.kind = kind
    self.key = key
    self.payload = payload
    self.dueAt = dueAt
    self.createdAt = createdAt
    changedAt = createdAt
  }
}
