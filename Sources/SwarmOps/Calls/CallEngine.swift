/// Makes calls for a front end: ``submit(_:limits:onPrint:then:)`` takes a call, and its answer comes
/// back once what it changed is on disk.
///
/// Each call is a transaction on one namespace. Calls on one namespace are made in
/// the order in which they were submitted; calls on different ones run side by side, as many as
/// ``Options/jobs``.
///
/// The engine itself owns the loop and nothing else. ``SwarmPool`` has the swarms that are open,
/// ``TurnQueue`` whose turn it is, ``ChildPool`` the warm processes, ``CommitQueue`` what waits for the
/// disk; ``CallDispatcher`` passes on what each has to say.
///
/// **Threads.** An engine belongs to the thread that made it. Every method is called there, and every
/// closure is called there, from inside ``run(until:)`` alone: never from inside ``submit`` or
/// ``cancel(_:)``. Closures may call any method of the engine but ``run(until:)``. They should not
/// block: while one does, nothing else goes on.
///
/// **Answers.** Each submitted call is answered exactly once, with two exceptions: after ``close()``
/// nothing is answered any more, and an error thrown by ``run(until:)`` leaves calls unanswered that
/// another ``run(until:)`` would go on with.
public final class CallEngine {
  /// How calls are made.
  public struct Options: Sendable {
    /// How many calls are made side by side; what the machine cannot do is less.
    public var jobs = 2
    /// What a call may cost that is submitted without limits of its own.
    public var limits = CallLimits()
    /// How locks are waited for.
    public var locks = LockOptions()
    /// Ends ``CallEngine/run(until:)`` early.
    ///
    /// What is under way ends with ``CallEngine/close()``.
    public var cancellation: Cancellation?
    /// Whether the copies that agents work on are kept below the root, also where they could be in
    /// memory.
    public var keepsCopiesOnDisk = false
    /// Whether calls of one namespace are handed over before the one before is answered, and states of
    /// its memory are written together.
    ///
    /// More calls are made a second; but a call that was handed over cannot be cancelled before those
    /// that are made before it, and an answer may wait some milliseconds for the calls behind it.
    public var pipelinesCalls = false
    /// Where a line is written for each call, or `nil` for none.
    package var history: CallHistory?
    /// The descriptor that ``onPrint`` writes to, if it does: an agent that prints is held up while
    /// nobody reads there, and its timeout goes on.
    package var outputDescriptor: Int32?
    /// Called with what agents print, unless a call has its own place for that.
    ///
    /// It may be called on any thread.
    public var onPrint: @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }

    /// Makes options; by default two calls side by side, five minutes a call, prints thrown away.
    public init() {}
  }

  /// One submitted call, for as long as the engine lives.
  public struct CallID: Hashable, Sendable {
    let number: Int
  }

  /// One descriptor or instant that the engine looks out for.
  public struct WatchID: Hashable, Sendable {
    let number: Int
  }

  /// What is looked out for on a descriptor.
  public enum Readiness: Sendable {
    /// Bytes, a connection, or the end can be read.
    case reading
    /// Bytes can be written, or nobody would read them.
    case writing
  }

  /// How long the end may take of what cannot be ended at once.
  private static let closingTime: Duration = .milliseconds(800)

  private let options: Options
  private let workers: WorkerPool
  private let staging: StagingFolder
  private let calls: PendingCalls
  private let dispatcher: CallDispatcher
  private let watches = WatchList()
  private var isClosed = false
  /// Whether calls came since turns were given last.
  private var hasNewCalls = false

  /// Makes an engine; nothing is started before the first call.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: What agent processes are given.
  ///   - options: How calls are made.
  /// - Throws: ``SwarmError/Code/io`` where the root cannot be written.
  public init(store: SwarmStore, environment: AgentEnvironment, options: Options = Options())
    throws(SwarmError)
  {
    self.options = options
    let wanted = min(max(options.jobs, 1), 4096)
    let limit = ChildPool.limit(jobs: wanted)
    let jobs = min(wanted, max(1, limit - TurnQueue.lookahead - 4))
    // Every namespace that has a turn may wait for a run, and the disk must not wait for them.
    workers = try WorkerPool(limit: jobs * 2 + 8)
    try FileSystem.makeFolders(store.layout.state)
    StagingFolder.sweep(store.layout)
    staging = try StagingFolder.make(in: store.layout.staging)
    calls = PendingCalls(
      limits: options.limits, history: options.history, snapshot: store.layout.view?.name)
    dispatcher = try CallDispatcher(
      store: store, environment: environment, options: options, calls: calls, jobs: jobs,
      limit: limit, workers: workers, staging: staging)
  }

  // MARK: Calls

  /// Takes a call.
  ///
  /// - Parameters:
  ///   - call: What to call, how, and as whom.
  ///   - limits: What it may cost, or `nil` for the engine's own limits.
  ///   - onPrint: Called with what this call prints, before its answer, on the engine's thread; `nil`
  ///     to let it go where ``Options/onPrint`` sends it.
  ///   - then: Called once with the answer: what the agent returned, with its memory on disk, or why
  ///     the call failed, with the memory unchanged.
  /// - Returns: The call, to cancel it by.
  @discardableResult
  public func submit(
    _ call: AgentCall, limits: CallLimits? = nil, onPrint: (([UInt8]) -> Void)? = nil,
    then: @escaping (Result<AgentAnswer, SwarmError>) -> Void
  ) -> CallID {
    let id = reserve()
    submit(call, as: id, limits: limits, onPrint: onPrint, then: then)
    return id
  }

  /// Ends one call; its memory is as it was, and its answer is ``SwarmError/Code/interrupted``.
  ///
  /// A call that waits is answered at once. One that an agent is making ends as with a timeout:
  /// asked to terminate, and killed two seconds later. One whose memory is on its way to the disk is
  /// answered as if nobody had cancelled. Calls that were answered are passed over.
  ///
  /// - Parameter id: The call.
  public func cancel(_ id: CallID) { dispatcher.cancel(id) }

  static let cancelledError = SwarmError(
    .interrupted, "the call was cancelled; its memory was not changed")

  /// Ends all agents at once, with everything they have started, and forgets all calls.
  ///
  /// What an agent has not finished leaves its memory as it was; a memory that is being put in place
  /// is put in place whole. Nothing is answered any more. May be called again.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    dispatcher.close()
    workers.finishBusy(until: .now + Self.closingTime)
    workers.close()
    ProcessTree.endAdoptedChildren()
    calls.close()
    try? staging.remove()
  }

  // MARK: Work of the front end

  /// Does something on another thread that may block, such as reading a catalog.
  ///
  /// - Parameters:
  ///   - work: The work.
  ///   - then: Called with its result on the engine's thread.
  public func perform<Value: Sendable>(
    _ work: @escaping @Sendable () throws(SwarmError) -> Value,
    then: @escaping (Result<Value, SwarmError>) -> Void
  ) {
    workers.attempt(work, then: then)
  }

  /// Looks out for a descriptor of the front end's own, such as its input.
  ///
  /// - Parameters:
  ///   - descriptor: The descriptor, which stays the front end's.
  ///   - readiness: What to look out for.
  ///   - body: Called each time it is ready; what it throws ends ``run(until:)``.
  /// - Returns: The watch, to end it by.
  @discardableResult
  public func watch(
    _ descriptor: Int32, for readiness: Readiness = .reading,
    _ body: @escaping () throws(SwarmError) -> Void
  ) -> WatchID {
    watches.watch(descriptor, readiness, body)
  }

  /// Calls something once at an instant, or as soon after it as the engine has time.
  ///
  /// - Parameters:
  ///   - instant: When.
  ///   - body: Called then; what it throws ends ``run(until:)``.
  /// - Returns: The timer, to end it by.
  @discardableResult
  public func schedule(
    at instant: ContinuousClock.Instant, _ body: @escaping () throws(SwarmError) -> Void
  ) -> WatchID {
    watches.schedule(instant, body)
  }

  /// Looks out for a descriptor or an instant no longer.
  ///
  /// - Parameter id: What ``watch(_:for:_:)`` or ``schedule(at:_:)`` returned.
  public func unwatch(_ id: WatchID) { watches.remove(id) }

  // MARK: The loop

  /// Makes calls, and calls closures, until nothing more is wanted.
  ///
  /// - Parameter isDone: Asked whenever something has happened, on the engine's thread.
  /// - Throws: The error of ``Options/cancellation``, or what a closure throws.
  public func run(until isDone: () throws(SwarmError) -> Bool) throws(SwarmError) {
    guard let cancellation = options.cancellation else { return try loop(isDone) }
    return try cancellation.watched { () throws(SwarmError) in try loop(isDone) }
  }

  private func loop(_ isDone: () throws(SwarmError) -> Bool) throws(SwarmError) {
    while !isClosed {
      dispatcher.schedule()
      hasNewCalls = false
      let hasDelivered = calls.deliver()
      if let cancellation = options.cancellation, cancellation.signal != nil {
        throw cancellation.error("what was answered stands")
      }
      if try isDone() { return }
      // The front end may have made room, or asked for more.
      if !hasDelivered && !hasNewCalls { try waitForEvents() }
    }
  }

  /// Waits until something can be done, and does what is not scheduling.
  private func waitForEvents() throws(SwarmError) {
    var set = PollSet()
    set.add(workers.wakeDescriptor, .reading)
    set.add(options.cancellation?.descriptor ?? -1, .reading)
    let takesPrints = options.outputDescriptor.map { Pipe.isWritable($0) } ?? true
    set.add(takesPrints ? -1 : options.outputDescriptor ?? -1, .writing)
    watches.add(to: &set)
    let first = set.count
    dispatcher.add(to: &set, takesPrints: takesPrints)
    let now = calls.hasDeliveries ? ContinuousClock.now : nil
    set.wait(until: [now, dispatcher.nextDeadline, watches.nextDeadline].compactMap(\.self).min())
    if set.isReady(0) { workers.runCompletions() }
    dispatcher.handle(set, first: first)
    try watches.handle(set)
  }

  deinit { close() }
}

// MARK: - What a batch needs

extension CallEngine {
  /// Whether a call may be begun, by it and the bytes of outputs that wait for the disk.
  var mayBegin: (CallID, Int) -> Bool {
    get { dispatcher.mayBegin }
    set { dispatcher.mayBegin = newValue }
  }

  /// Called with each call as it was made, before its memory is on disk.
  var onMade: (CallID, Result<AgentAnswer, SwarmError>) -> Void {
    get { calls.onMade }
    set { calls.onMade = newValue }
  }

  /// Called with calls that ``stop()`` has forgotten.
  var onForgotten: (CallID) -> Void {
    get { calls.onForgotten }
    set { calls.onForgotten = newValue }
  }

  /// What is told of a commit before it is in place.
  var note: (NamespaceKey, [(CallID, AgentAnswer)]) -> CommitNote? {
    get { dispatcher.note }
    set { dispatcher.note = newValue }
  }

  /// A call's name before it is submitted.
  func reserve() -> CallID { calls.reserve() }

  /// Takes a call under a name that was reserved for it.
  func submit(
    _ call: AgentCall, as id: CallID, limits: CallLimits? = nil,
    onPrint: (([UInt8]) -> Void)? = nil,
    then: @escaping (Result<AgentAnswer, SwarmError>) -> Void
  ) {
    calls.add(call, as: id, limits: limits, onPrint: onPrint, then: then)
    hasNewCalls = true
    dispatcher.enqueue(id)
  }

  /// Begins no further call, and forgets those that no agent has yet.
  func stop() { dispatcher.stop() }

  /// Counts some time as not the agents': nobody could take their answers.
  func excuse(_ time: Duration) { dispatcher.excuse(time) }
}
