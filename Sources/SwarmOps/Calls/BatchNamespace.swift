/// One namespace of a batch: its calls in order, its child, and what waits for the disk.
///
/// Used on the batch's own thread alone.
final class BatchNamespace {
  /// A namespace's name among those of all swarms.
  struct Key: Hashable, Sendable {
    let swarm: GUID
    let namespace: Namespace
  }

  /// A call that was checked and waits to be made.
  ///
  /// Many wait at once, so it holds no more than it needs.
  struct Call {
    let sequence: Int
    let label: BatchRequest.Label
    let agent: BatchAgent
    /// The checked arguments, as JSON.
    let arguments: [UInt8]
    let warnings: [String]
    /// Whether the arguments are checked.
    let isChecked: Bool
    /// ``BatchSwarm/generation`` when the call was checked.
    let generation: Int
  }

  /// A call that was made; its answer may have to wait for the memory to be on disk.
  struct Finished {
    let call: Call
    var result: Result<AgentAnswer, SwarmError>
    /// The version of the memory that must be on disk before this is answered.
    let version: Int
    /// Whether this call made that version.
    let isCommit: Bool
    /// Bytes of its output.
    let size: Int
  }

  /// What is going on.
  enum Phase {
    /// Nothing; no lock is held.
    case idle
    /// Waits for its turn.
    case ready
    /// Waits, without a turn, for whoever has its lock.
    case locking
    /// Being locked and looked at on another thread.
    case activating
    /// Has its lock and its copy, and waits for its turn.
    case prepared
    /// Its child makes calls.
    case active
    /// No call is under way; the disk is.
    case settling
    /// A call is made as a run of its own.
    case alone
  }

  let key: Key
  let swarm: BatchSwarm
  var phase = Phase.idle

  /// Calls that were not handed to a child yet.
  var waiting: [Call] = []
  /// Calls that the child has, in order.
  var sent: [Call] = []
  /// How many calls the child may have: few where each takes long, so that whoever waits for the
  /// swarm need not wait for them all.
  var ahead = 16
  /// When the first of ``sent`` was begun.
  var begunAt = ContinuousClock.now
  /// Calls handed over since the namespace's turn began.
  var sentThisTurn = 0
  /// Calls that were made and not answered yet, in order.
  var finished: [Finished] = []

  var lock: FileLock?
  var child: WarmChild?
  /// ``BatchSwarm/generation`` of the child.
  var childGeneration = 0
  /// How many children in a row ended before they were ready.
  var failedStarts = 0
  /// When the child was last used.
  var lastUse = ContinuousClock.now
  /// Why the child is being ended, and when it is killed.
  var ending: (error: SwarmError, killAt: ContinuousClock.Instant)?

  /// The memory file as it was last seen or written.
  var memory: MemoryVersion?
  /// Bytes of the memory before its last change, and the version that holds it, for the history.
  var lastChange: (before: Int?, version: Int?) = (nil, nil)
  /// Whether the child's copy is that file's content.
  var isCopyCurrent = false
  /// Whether the child must look at its copy before the next call.
  var isCopyFresh = false
  /// Whether calls must be runs of their own: there are files beside `memory.json`.
  var isAlone = false

  /// Counts the states of the memory that calls have made.
  var version = 0
  /// The last of them that is on disk.
  var committed = 0
  /// The state to be written next.
  var pending: (state: MemoryState, version: Int, since: ContinuousClock.Instant)?
  var isCommitting = false

  init(key: Key, swarm: BatchSwarm) {
    self.key = key
    self.swarm = swarm
  }

  /// Whether the disk has nothing left to do.
  var isSettled: Bool { pending == nil && !isCommitting && finished.isEmpty }
}
