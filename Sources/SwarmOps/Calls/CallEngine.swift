import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes calls for a front end: ``submit(_:limits:onPrint:then:)`` takes a call, and its answer comes
/// back once what it changed is on disk.
///
/// Each call is a transaction on one namespace (spec section 4). Calls on one namespace are made in
/// the order in which they were submitted; calls on different ones run side by side, as many as
/// ``Options/jobs``.
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
    /// Where a line is written for each call, or `nil` for none.
    public var history: CallHistory?
    /// The descriptor that ``onPrint`` writes to, if it does: an agent that prints is held up while
    /// nobody reads there, and its timeout goes on.
    public var outputDescriptor: Int32?
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

  private struct Waiting {
    let id: CallID
    let call: AgentCall
    let limits: CallLimits
    let onPrint: (([UInt8]) -> Void)?
    let then: (Result<AgentAnswer, SwarmError>) -> Void
    let cancellation: Cancellation
    let prints = CollectedPrints()

    func passOnPrints() {
      let bytes = prints.remove()
      if !bytes.isEmpty { onPrint?(bytes) }
    }
  }

  private struct Place: Hashable {
    let swarm: GUID
    let namespace: Namespace
  }

  private struct Watch {
    let descriptor: Int32
    let readiness: Readiness
    let body: () throws(SwarmError) -> Void
  }

  private struct Timer {
    let instant: ContinuousClock.Instant
    let body: () throws(SwarmError) -> Void
  }

  private let store: SwarmStore
  private let environment: AgentEnvironment
  private let options: Options
  private let pool: WorkerPool
  private var nextNumber = 0
  private var queue: [Waiting] = []
  private var running: [Place: Waiting] = [:]
  private var cancelled: [Waiting] = []
  private var watches: [(id: WatchID, watch: Watch)] = []
  private var timers: [WatchID: Timer] = [:]
  private var isClosed = false

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
    (self.store, self.environment, self.options) = (store, environment, options)
    pool = try WorkerPool(limit: min(max(options.jobs, 1), 1000) + 8)
    try FileSystem.makeFolders(store.layout.state)
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
  ) throws(SwarmError) -> CallID {
    nextNumber += 1
    let id = CallID(number: nextNumber)
    queue.append(
      Waiting(
        id: id, call: call, limits: limits ?? options.limits, onPrint: onPrint, then: then,
        cancellation: try Cancellation()))
    return id
  }

  /// Ends one call; its memory is as it was, and its answer is ``SwarmError/Code/interrupted``.
  ///
  /// A call that waits is answered at once. One that an agent is making ends as with a timeout:
  /// asked to terminate, and killed two seconds later. One whose memory is on its way to the disk is
  /// answered as if nobody had cancelled. Calls that were answered are passed over.
  ///
  /// - Parameter id: The call.
  public func cancel(_ id: CallID) {
    if let index = queue.firstIndex(where: { $0.id == id }) {
      cancelled.append(queue.remove(at: index))
    } else {
      running.values.first { $0.id == id }?.cancellation.request(signal: SIGINT)
    }
  }

  /// Ends all agents at once, with everything they have started, and forgets all calls.
  ///
  /// What an agent has not finished leaves its memory as it was; a memory that is being put in place
  /// is put in place whole. Nothing is answered any more. May be called again.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    for call in running.values { call.cancellation.request(signal: SIGKILL) }
    pool.finishBusy(until: .now + HostProcess.grace + .seconds(1))
    pool.close()
    ProcessTree.endAdoptedChildren()
    (queue, running, cancelled, watches, timers) = ([], [:], [], [], [:])
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
    pool.submit({ () -> Result<Value, SwarmError> in
      do throws(SwarmError) {
        return .success(try work())
      } catch {
        return .failure(error)
      }
    }) { then($0) }
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
    nextNumber += 1
    let id = WatchID(number: nextNumber)
    watches.append((id, Watch(descriptor: descriptor, readiness: readiness, body: body)))
    return id
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
    nextNumber += 1
    let id = WatchID(number: nextNumber)
    timers[id] = Timer(instant: instant, body: body)
    return id
  }

  /// Looks out for a descriptor or an instant no longer.
  ///
  /// - Parameter id: What ``watch(_:for:_:)`` or ``schedule(at:_:)`` returned.
  public func unwatch(_ id: WatchID) {
    watches.removeAll { $0.id == id }
    timers[id] = nil
  }

  // MARK: The loop

  /// Makes calls, and calls closures, until nothing more is wanted.
  ///
  /// - Parameter isDone: Asked whenever something has happened, on the engine's thread.
  /// - Throws: The error of ``Options/cancellation``, or what a closure of a watch or timer throws.
  public func run(until isDone: () -> Bool) throws(SwarmError) {
    while true {
      answerCancelled()
      beginCalls()
      if let cancellation = options.cancellation, cancellation.signal != nil {
        throw cancellation.error("what was answered stands")
      }
      if isDone() || isClosed { return }
      try waitForEvents()
    }
  }

  private func answerCancelled() {
    let calls = cancelled
    cancelled = []
    for call in calls { call.then(.failure(Self.cancelledError)) }
  }

  private static let cancelledError = SwarmError(
    .interrupted, "the call was cancelled; its memory was not changed")

  private func beginCalls() {
    var index = 0
    while running.count < max(options.jobs, 1), index < queue.count {
      let call = queue[index]
      let place = Place(swarm: call.call.swarm, namespace: call.call.namespace)
      guard running[place] == nil else {
        index += 1
        continue
      }
      queue.remove(at: index)
      running[place] = call
      begin(call, place)
    }
  }

  private func begin(_ waiting: Waiting, _ place: Place) {
    var options = AgentRunner.Options(
      timeout: waiting.limits.timeout, locks: self.options.locks,
      cancellation: waiting.cancellation, outputDescriptor: self.options.outputDescriptor,
      onOutput: self.options.onPrint)
    options.locks.cancellation = waiting.cancellation
    options.endsAdoptedChildren = false
    options.history = self.options.history
    if waiting.onPrint != nil {
      let (bell, prints) = (pool.bell, waiting.prints)
      options.outputDescriptor = nil
      options.onOutput = { bytes in
        prints.append(bytes)
        bell.ring()
      }
    }
    let runner = AgentRunner(store: store, environment: environment, options: options)
    let call = waiting.call
    pool.submit({ () -> Result<AgentAnswer, SwarmError> in
      do throws(SwarmError) {
        return .success(try runner.run(call))
      } catch {
        return .failure(error)
      }
    }) { [weak self] result in
      guard let self else { return }
      waiting.passOnPrints()
      running[place] = nil
      let isCancelled = waiting.cancellation.signal != nil
      if case .failure(let error) = result, isCancelled, error.code == .interrupted {
        return waiting.then(.failure(Self.cancelledError))
      }
      waiting.then(result)
    }
  }

  /// Waits until something can be done, and does what the front end has asked for.
  private func waitForEvents() throws(SwarmError) {
    var polled = [
      pollfd(fd: pool.wakeDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: options.cancellation?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let watched = watches
    for (_, watch) in watched {
      let events = watch.readiness == .reading ? POLLIN : POLLOUT
      polled.append(pollfd(fd: watch.descriptor, events: Int16(events), revents: 0))
    }
    let deadline = cancelled.isEmpty ? timers.values.map(\.instant).min() : .now
    let count = poll(&polled, nfds_t(polled.count), Pipe.milliseconds(until: deadline))
    if count > 0 {
      if polled[0].revents != 0 {
        for call in running.values { call.passOnPrints() }
        pool.runCompletions()
      }
      for (index, entry) in watched.enumerated() where polled[index + 2].revents != 0 {
        // An earlier one may have ended it.
        if watches.contains(where: { $0.id == entry.id }) { try entry.watch.body() }
      }
    }
    let now = ContinuousClock.now
    for (id, timer) in timers.sorted(by: { $0.value.instant < $1.value.instant })
    where timer.instant <= now {
      if timers.removeValue(forKey: id) != nil { try timer.body() }
    }
  }

  deinit { close() }
}

/// What a call has printed and nobody was told yet.
final class CollectedPrints: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  func append(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0 += more } }

  func remove() -> [UInt8] {
    bytes.withLock { bytes in
      let all = bytes
      bytes = []
      return all
    }
  }
}
