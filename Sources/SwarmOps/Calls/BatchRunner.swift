#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes many calls: requests in, answers out, each call a transaction as in a single run.
///
/// Calls on one namespace keep their order; others run side by side. One thread reads, hands out,
/// and answers; locks and the disk are waited for on others; agents run in forked children of warm
/// processes, one child for each namespace (docs/architecture.md, "Batch").
///
/// - Important: Every property is touched on the thread that called ``run(input:onAnswer:onIdle:)``
///   alone. Work on other threads is given values and comes back as a completion on that thread.
public final class BatchRunner: @unchecked Sendable {
  /// How a batch is made.
  public struct Options: Sendable {
    /// How many calls are made side by side.
    public var jobs = 2
    /// Whether answers keep the order of the requests.
    public var isOrdered = false
    /// Whether no further call is begun after the first that fails.
    public var stopsAtFailure = false
    /// Whether arguments are checked.
    public var isChecked = true
    /// The part of the namespaces to take, or `nil` for all.
    public var shard: BatchShard?
    /// Whether progress is wanted several times a second, also while nothing else happens.
    public var showsProgress = false
    /// Whether the copies that agents work on are kept below the root, also where they could be
    /// in memory.
    public var keepsCopiesOnDisk = false
    /// The log of answered lines, or `nil`.
    public var log: BatchLog?
    /// Words the hints of errors in answers; without it plain sentences alone are passed on.
    public var hintWording: @Sendable (Hint) -> String? = { $0.plainText }
    /// Timeout, locks, cancellation, and where prints go.
    public var run = AgentRunner.Options()

    /// Makes options for a plain batch.
    public init() {}
  }

  /// How far a batch has come.
  public struct Progress: Sendable, Equatable {
    /// Lines answered.
    public internal(set) var answered = 0
    /// Of those, calls that failed.
    public internal(set) var failed = 0
    /// Lines passed over: of other shards, or answered before.
    public internal(set) var skipped = 0
    /// Bytes of input read.
    public internal(set) var bytesRead = 0
  }

  /// Lines that may be read and unanswered.
  static let window = 1536
  /// Bytes of requests that may be read and unanswered.
  static let windowBytes = 64 << 20
  /// Bytes of outputs that may wait for the disk, or for earlier answers, before no further call is
  /// handed over.
  static let heldLimit = 64 << 20
  /// Calls that a child may have before it has made them.
  static let sendAhead = 32
  /// Calls of one namespace before another that waits has its turn.
  static let turn = 256
  /// Children that may live, used or not, where few make calls at a time.
  static let leastChildLimit = 64
  /// Namespaces that are made ready before their turn.
  static let lookahead = 8
  /// Hosts that may live.
  static let hostLimit = 8
  /// Locks that may be waited for at once.
  static let lockWaits = 64
  /// How long a state of the memory may wait for more calls to make it worth writing.
  static let commitDelay: Duration = .milliseconds(40)
  /// How long a new child may take to be ready; its parent may have to import much first.
  static let readyTime: Duration = .seconds(120)
  /// How many new children in a row may end before they are ready until a call fails for it.
  static let startLimit = 3
  /// Swarms that are remembered by what requests call them, those that are not there included.
  static let knownReferences = 1000
  /// How long a swarm is held before a waiting deploy gets its chance.
  static let holdTime: Duration = .seconds(1)

  let store: SwarmStore
  let environment: AgentEnvironment
  let options: Options
  let runner: AgentRunner
  let pool: WorkerPool
  /// Waits for namespaces that others have: none of these waits may hold up the rest.
  let lockPool: WorkerPool
  let staging: StagingFolder
  /// Where copies are kept in memory, or `nil` for ``staging``.
  let volatileStaging: StagingFolder?
  /// Never written to: its writing end closes with this process, however it ends.
  let lifeline: (read: Descriptor, write: Descriptor)
  /// Children that may live.
  let childLimit: Int
  /// Calls that are made side by side.
  let jobs: Int

  var reader = LineReader(0)
  var onAnswer: ([UInt8], Int) throws(SwarmError) -> Void = { (_, _) throws(SwarmError) in }
  /// Swarms by what requests call them.
  var references: [String: Reference] = [:]
  var swarms: [GUID: BatchSwarm] = [:]
  var namespaces: [BatchNamespace.Key: BatchNamespace] = [:]
  /// Namespaces that wait for their turn.
  var ready: [BatchNamespace] = []
  /// Namespaces that have a turn.
  var running = 0
  /// Namespaces that are being made ready for their turn, or are.
  var preparing = 0
  /// Namespaces whose turn can begin at once.
  var prepared: [BatchNamespace] = []
  /// Namespaces with a state to be written, the one that has waited longest first.
  var uncommitted: [BatchNamespace] = []
  /// Lines read and unanswered, and their bytes.
  var outstanding = 0
  var outstandingBytes = 0
  var nextSequence = 0
  /// Bytes of outputs that were returned and not answered.
  var heldBytes = 0
  /// Answers that wait for earlier ones, where order is kept.
  var held: [Int: BatchAnswer] = [:]
  var nextToAnswer = 0
  var dropped: Set<Int> = []
  var sizes: [Int: Int] = [:]
  var progress = Progress()
  var isStopping = false
  /// Whether lines were left in the buffer because there was no room.
  var leftLines = false
  var childCount = 0
  var childNumber = 0
  var commitNumber = 0
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  /// What ended the batch, such as an answer that could not be written.
  var failure: SwarmError?

  /// A swarm as requests call it.
  final class Reference {
    enum State {
      case opening
      case open(BatchSwarm)
      case failed(SwarmError, at: ContinuousClock.Instant)
    }
    var state = State.opening
    /// Requests that wait for it.
    var waiting: [(BatchRequest, sequence: Int)] = []
  }

  /// Prepares a batch.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: What agent processes are given.
  ///   - options: How the batch is made.
  /// - Throws: ``SwarmError/Code/io`` where the root cannot be written.
  public init(store: SwarmStore, environment: AgentEnvironment, options: Options)
    throws(SwarmError)
  {
    self.store = store
    self.environment = environment
    self.options = options
    let wanted = min(max(options.jobs, 1), 4096)
    childLimit = Self.childLimit(jobs: wanted)
    jobs = min(wanted, max(1, childLimit - Self.lookahead - 4))
    var run = options.run
    run.endsAdoptedChildren = false
    runner = AgentRunner(store: store, environment: environment, options: run)
    do {
      lifeline = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make a pipe", underlying: error.text)
    }
    lockPool = try WorkerPool(limit: Self.lockWaits)
    // Every namespace that has a turn may wait for a run, and the disk must not wait for them.
    pool = try WorkerPool(limit: jobs * 2 + 8)
    try FileSystem.makeFolders(store.layout.state)
    StagingFolder.sweep(store.layout)
    staging = try StagingFolder.make(in: store.layout.staging)
    volatileStaging = options.keepsCopiesOnDisk ? nil : VolatileStaging.make(for: store.layout)
  }

  /// Makes all calls of an input.
  ///
  /// - Parameters:
  ///   - input: A descriptor with one request a line.
  ///   - onAnswer: Called with each answer and the number of its request's line, 0 where that is not
  ///     known any more; may block, which holds everything back.
  ///   - onIdle: Called before waiting, with how far the batch has come.
  /// - Returns: How far it came.
  /// - Throws: ``SwarmError/Code/interrupted`` and its like, or what `onAnswer` throws.
  public func run(
    input: Int32, onAnswer: @escaping ([UInt8], Int) throws(SwarmError) -> Void,
    onIdle: (Progress) throws(SwarmError) -> Void
  ) throws(SwarmError) -> Progress {
    guard let cancellation = options.run.cancellation else {
      return try loop(input, onAnswer, onIdle)
    }
    return try cancellation.watched { () throws(SwarmError) in try loop(input, onAnswer, onIdle) }
  }

  private func loop(
    _ input: Int32, _ onAnswer: @escaping ([UInt8], Int) throws(SwarmError) -> Void,
    _ onIdle: (Progress) throws(SwarmError) -> Void
  ) throws(SwarmError) -> Progress {
    reader = LineReader(input)
    self.onAnswer = onAnswer
    PlatformCalls.adoptOrphans()
    defer { tearDown() }
    for line in options.log?.recovered ?? [] {
      progress.answered += 1
      try onAnswer(line, 0)
    }
    while true {
      try takeLines()
      schedule()
      commitDue()
      // Where all that was taken is answered already, nobody else says that there is room.
      if leftLines && wantsLines && failure == nil { continue }
      if let failure { throw failure }
      if let cancellation = options.run.cancellation, cancellation.signal != nil {
        throw cancellation.error("what was answered stands")
      }
      let isDone = outstanding == 0 && (isStopping || reader.hasEnded)
      progress.bytesRead = reader.bytesRead
      try onIdle(progress)
      // Only now are the answers where their reader can find them.
      try options.log?.flush()
      if isDone { return progress }
      try waitForEvents()
      if let failure { throw failure }
    }
  }

  /// Whether more lines may be read.
  var wantsLines: Bool {
    !isStopping && outstanding < Self.window && outstandingBytes < Self.windowBytes
  }

  /// Whether a namespace must not be given calls until more answers are on their way.
  ///
  /// The line that all others wait for goes on: nothing else would ever make room.
  ///
  /// - Parameter next: The namespace's next call.
  func mustWait(_ next: BatchNamespace.Call?) -> Bool {
    heldBytes >= Self.heldLimit && !(options.isOrdered && next?.sequence == nextToAnswer)
  }

  private func tearDown() {
    for namespace in namespaces.values {
      namespace.child?.discard()
      namespace.child = nil
    }
    for swarm in swarms.values { swarm.host?.end() }
    pool.close()
    lockPool.close()
    // The work under way holds what it needs; only its completions are not wanted any more.
    ProcessTree.endAdoptedChildren()
    if let volatileStaging { try? VolatileStaging.remove(volatileStaging) }
    try? staging.remove()
  }
}

extension WorkerPool {
  /// Does a job that says itself what is to be done on the owner's thread afterwards.
  func run(_ job: @escaping @Sendable () -> @Sendable () -> Void) { submit(job) { $0() } }
}
