/// Takes calls to the turn of their namespace and back: the four owners know nothing of each other, and
/// what one of them has to say is passed on to the others here.
final class CallDispatcher {
  private let calls: PendingCalls
  private let checker: CallChecker
  private let opener: NamespaceOpener
  private let swarms: SwarmPool
  private let queue: TurnQueue
  private let turns: NamespaceTurns
  private let children: ChildPool
  private let commits: CommitQueue
  private let outcomes: CallOutcomes
  private let runs: SeparateRuns
  private var reaper = StrangerReaper()

  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: What agent processes are given.
  ///   - options: How calls are made.
  ///   - calls: The calls that are not answered.
  ///   - jobs: Calls side by side, as far as there are descriptors for them.
  ///   - limit: Warm processes that may live.
  ///   - workers: Threads for work that blocks.
  ///   - staging: A private folder on the root's file system.
  init(
    store: SwarmStore, environment: AgentEnvironment, options: CallEngine.Options,
    calls: PendingCalls, jobs: Int, limit: Int, workers: WorkerPool, staging: StagingFolder
  ) throws(SwarmError) {
    self.calls = calls
    var run = AgentRunner.Options(
      timeout: options.limits.timeout, locks: options.locks, cancellation: options.cancellation,
      outputDescriptor: options.outputDescriptor, onOutput: options.onPrint)
    run.endsAdoptedChildren = false
    run.history = options.history
    let runner = AgentRunner(store: store, environment: environment, options: run)
    checker = CallChecker(runner: runner, calls: calls)
    opener = try NamespaceOpener(layout: store.layout, locks: options.locks, workers: workers)
    swarms = SwarmPool(store: store, runner: runner, locks: options.locks, workers: workers)
    queue = TurnQueue(jobs: jobs)
    children = try ChildPool(layout: store.layout, options: options, limit: limit, staging: staging)
    commits = CommitQueue(layout: store.layout, staging: staging, workers: workers)
    runs = SeparateRuns(
      store: store, environment: environment, options: run, workers: workers, calls: calls)
    outcomes = CallOutcomes(
      layout: store.layout, staging: staging, workers: workers, calls: calls, turns: queue,
      children: children, commits: commits)
    turns = NamespaceTurns(
      pipelinesCalls: options.pipelinesCalls, calls: calls, checker: checker, opener: opener,
      swarms: swarms, turns: queue, children: children, commits: commits, runs: runs)
    connect()
  }

  /// Has each owner tell what has happened.
  private func connect() {
    swarms.onOpened = { [unowned self] in opened($0, isChanged: $1, $2) }
    swarms.onFailed = { [unowned self] in openingFailed($0, $1, $2) }
    children.onOutcome = { [unowned self] in outcomes.ended($0, $1, $2) }
    children.onRead = { [unowned self] in turns.goOn($0) }
    children.onReturned = { [unowned self] in turns.returned($0, $1) }
    children.onPrint = { [unowned self] in printed($0, $1) }
    commits.onAnswer = { [unowned self] in answer($0, $1, $2, $3) }
    commits.onFailure = { [unowned self] in turns.commitFailed($0, $1) }
    commits.onFinished = { [unowned self] key in
      if let lane = queue.lane(key) { turns.letGoIfSettled(lane) }
    }
    outcomes.onTurnEnd = { [unowned self] in turns.endTurn($0) }
    outcomes.onStrangers = { [unowned self] in reaper.note() }
    turns.onStrangers = { [unowned self] in reaper.note() }
  }

  /// What is told of a commit before it is in place.
  var note: (NamespaceKey, [(CallEngine.CallID, AgentAnswer)]) -> CommitNote? {
    get { commits.note }
    set { commits.note = newValue }
  }

  /// Whether a call may be begun, by it and the bytes of outputs that wait for the disk.
  var mayBegin: (CallEngine.CallID, Int) -> Bool {
    get { turns.mayBegin }
    set { turns.mayBegin = newValue }
  }

  // MARK: The loop

  /// Begins what can be begun.
  func schedule() {
    swarms.lookForDeploys(.now)
    turns.schedule()
  }

  /// Adds what is waited for.
  func add(to set: inout PollSet, takesPrints: Bool) {
    set.add(opener.wakeDescriptor, .reading)
    children.add(to: &set, takesPrints: takesPrints)
  }

  /// The next instant at which something is due without anybody saying so.
  var nextDeadline: ContinuousClock.Instant? {
    [children.nextDeadline, commits.nextDeadline, swarms.nextDeadline, reaper.due]
      .compactMap(\.self).min()
  }

  /// Does what was waited for.
  ///
  /// - Parameters:
  ///   - set: What was waited for.
  ///   - first: The place of the first descriptor that ``add(to:takesPrints:)`` added.
  func handle(_ set: PollSet, first: Int) {
    runs.passOnPrints()
    if set.isReady(first) { opener.runCompletions() }
    children.handle(set)
    reaper.reapIfDue(except: runs.isEmpty ? children.processes : nil)
  }

  // MARK: From a call to its namespace

  /// Checks a call and puts it behind those of its namespace.
  func enqueue(_ id: CallEngine.CallID) {
    guard let call = calls.call(id) else { return }
    if turns.isStopping { return calls.forget(id) }
    switch swarms.availability(of: call.swarm, agent: call.agent, call: id) {
    case .opening: return
    case .failed(let error): return calls.fail(id, error)
    case .open(let swarm):
      do throws(SwarmError) {
        let checked = try checker.check(id, call, swarm)
        calls.dropArguments(id)
        turns.add(
          checked, to: NamespaceKey(swarm: call.swarm, namespace: call.namespace), of: swarm)
      } catch {
        calls.fail(id, error)
      }
    }
  }

  private func opened(_ swarm: OpenSwarm, isChanged: Bool, _ waiting: [CallEngine.CallID]) {
    if isChanged { turns.renewProcesses(of: swarm.guid) }
    for id in waiting { enqueue(id) }
    turns.closeIfUnused(swarm)
  }

  private func openingFailed(
    _ swarm: GUID, _ error: SwarmError, _ waiting: [CallEngine.CallID]
  ) {
    turns.forget(swarm, error)
    for id in waiting { calls.fail(id, error) }
  }

  // MARK: What became of calls

  /// Answers a call that was made, whose memory is on disk.
  private func answer(
    _ call: QueuedCall, _ result: Result<AgentAnswer, SwarmError>, _ duration: Duration,
    _ change: MemoryChange
  ) {
    let account = PendingCalls.Account(duration: duration, change: change)
    if case .failure(let error) = result {
      calls.answer(call.id, .failure(call.remarks.explaining(error)), account)
    } else {
      calls.answer(call.id, result, account)
    }
  }

  /// - Returns: Whether the call has its own place for what it prints.
  private func printed(_ call: QueuedCall, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard calls.hasOwnPrints(call.id) else { return false }
    calls.pass(on: Array(bytes), of: call.id)
    return true
  }

  // MARK: Ending

  /// Ends one call; what was answered is passed over.
  func cancel(_ id: CallEngine.CallID) {
    guard let call = calls.call(id) else { return }
    calls.markCancelled(id)
    if runs.cancel(id) { return }
    if queue.remove(id) != nil { return calls.fail(id, CallEngine.cancelledError) }
    let key = NamespaceKey(swarm: call.swarm, namespace: call.namespace)
    guard let child = children.child(key), child.sent.contains(where: { $0.id == id }) else {
      if !calls.isMade(id) { calls.fail(id, CallEngine.cancelledError) }
      return
    }
    // Those before it are not to end with it.
    if child.sent.first?.id == id { children.cancel(child, CallEngine.cancelledError) }
  }

  /// Begins no further call, and forgets those that no agent has yet.
  func stop() { turns.stop() }

  /// Counts some time as not the agents': nobody could take their answers.
  func excuse(_ time: Duration) { children.excuse(time) }

  /// Ends all agents at once, with everything they have started.
  func close() {
    children.close()
    runs.close()
    opener.close()
  }
}
