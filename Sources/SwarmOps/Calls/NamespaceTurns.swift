/// Gives namespaces their turns: the calls that are handed over in one, and its end.
final class NamespaceTurns {
  /// Bytes of outputs that wait for the disk before no further call is begun.
  static let heldLimit = 64 << 20

  /// Whether a call may be begun, by it and the bytes of outputs that wait for the disk; set by the
  /// front end.
  var mayBegin: (CallEngine.CallID, Int) -> Bool = { _, held in held < NamespaceTurns.heldLimit }
  /// Called where what a call has left running should be ended; set by the owner.
  var onStrangers: () -> Void = {}

  private let pipelinesCalls: Bool
  private let calls: PendingCalls
  private let checker: CallChecker
  private let preparation: TurnPreparation
  private let swarms: SwarmPool
  private let turns: TurnQueue
  private let children: ChildPool
  private let commits: CommitQueue
  private let runs: SeparateRuns
  private(set) var isStopping = false

  init(
    pipelinesCalls: Bool, calls: PendingCalls, checker: CallChecker, opener: NamespaceOpener,
    swarms: SwarmPool, turns: TurnQueue, children: ChildPool, commits: CommitQueue,
    runs: SeparateRuns
  ) {
    (self.pipelinesCalls, self.calls, self.checker) = (pipelinesCalls, calls, checker)
    (self.swarms, self.turns, self.children) = (swarms, turns, children)
    (self.commits, self.runs) = (commits, runs)
    preparation = TurnPreparation(
      opener: opener, calls: calls, swarms: swarms, turns: turns, children: children,
      commits: commits)
    preparation.onReturned = { [unowned self] in returned($0, $1) }
    preparation.onLockFailure = { [unowned self] in letGoIfSettled($0) }
  }

  /// Puts a call behind those of its namespace.
  func add(_ call: QueuedCall, to key: NamespaceKey, of swarm: OpenSwarm) {
    let lane = turns.lane(key, swarm: swarm)
    turns.append(call, to: lane)
    switch lane.phase {
    case .idle: turns.makeReady(lane)
    case .finishing: if canGoOn(lane) { turns.makeReady(lane) }
    case .active: sendMore(lane)
    case .ready, .opening, .locking, .prepared: break
    }
  }

  /// Begins the turns that can be begun.
  func schedule() {
    var hasClosed: Bool
    repeat {
      beginTurns()
      // Locks and copies are seen to before the turn, so that no core waits for them.
      while let lane = turns.nextToPrepare(where: mayPrepare) { preparation.begin(lane) }
      beginTurns()
      hasClosed = false
      for swarm in swarms.draining {
        // Their next turn takes the lock again.
        for lane in turns.waiting(for: swarm) where commits.isSettled(lane.key) { lane.release() }
        closeIfUnused(swarm)
        if !swarm.isOpen { hasClosed = true }
      }
    } while hasClosed
    commits.commitDue(isLast: isLastState)
  }

  /// Begins no further call, and forgets those that no agent has yet.
  func stop() {
    if isStopping { return }
    isStopping = true
    for lane in turns.all {
      for call in turns.removeAll(of: lane) { calls.forget(call.id) }
    }
  }

  // MARK: Swarms

  /// Puts the processes of a swarm out of use, whose agents have changed.
  func renewProcesses(of swarm: GUID) {
    children.endHost(of: swarm)
    for lane in turns.lanes(of: swarm) { preparation.discardChild(lane) }
  }

  /// Fails the calls of a swarm that is gone, or was held alone for too long.
  func forget(_ swarm: GUID, _ error: SwarmError) {
    // Idle namespaces too: a swarm that comes back under this GUID is another one.
    for lane in turns.lanes(of: swarm) {
      for call in turns.removeAll(of: lane) { calls.fail(call.id, error) }
      preparation.discardChild(lane)
      lane.release()
      turns.forget(lane)
      commits.forget(lane.key)
    }
    children.endHost(of: swarm)
  }

  /// Lets go of a swarm that nothing is under way on; one that somebody waits for, also where calls
  /// wait.
  func closeIfUnused(_ swarm: OpenSwarm) {
    if swarm.isDraining || turns.waiting(for: swarm).isEmpty { swarms.closeIfUnused(swarm) }
  }

  private func mayPrepare(_ lane: NamespaceLane) -> Bool {
    guard let first = lane.waiting.first else { return true }
    return mayBegin(first.id, commits.heldBytes)
      && swarms.isReady(lane.swarm, agent: first.agent.name)
  }

  // MARK: A turn

  /// Begins the turns of namespaces that are prepared, while there is room.
  private func beginTurns() {
    while let lane = turns.nextToBegin() {
      if lane.waiting.isEmpty {
        endTurn(lane)
      } else if lane.isAlone {
        runAlone(lane)
      } else if children.child(lane.key) == nil {
        // It was lost or could not be made: the next turn tries again.
        endTurn(lane)
      } else {
        sendMore(lane)
      }
    }
  }

  /// Hands over calls while the child has room for them.
  private func sendMore(_ lane: NamespaceLane) {
    guard lane.phase == .active, let child = children.child(lane.key), child.ending == nil else {
      return
    }
    if child.wantsMore {
      while child.hasRoom, turns.mayGoOn(lane), let first = lane.waiting.first,
        mayBegin(first.id, commits.heldBytes), let queued = turns.removeFirst(of: lane)
      {
        do throws(SwarmError) {
          child.add(try checker.recheck(queued, of: lane))
        } catch {
          calls.fail(queued.id, error)
        }
      }
      child.flush()
    }
    if child.sent.isEmpty { endTurn(lane) }
  }

  /// Gives the turn to another namespace.
  func endTurn(_ lane: NamespaceLane) {
    turns.endTurn(lane)
    if !lane.waiting.isEmpty, canGoOn(lane) { turns.makeReady(lane) }
    letGoIfSettled(lane)
  }

  /// Lets go of a namespace that has nothing to do, or takes it up again where it has.
  func letGoIfSettled(_ lane: NamespaceLane) {
    guard lane.phase == .finishing, commits.isSettled(lane.key) else { return }
    if !lane.waiting.isEmpty { return turns.makeReady(lane) }
    turns.rest(lane)
    lane.release()
    if children.child(lane.key) == nil {
      turns.forget(lane)
      commits.forget(lane.key)
    }
    closeIfUnused(lane.swarm)
  }

  /// Whether a namespace can have another turn while the disk is at work: with its child, which knows
  /// what is not on disk yet.
  private func canGoOn(_ lane: NamespaceLane) -> Bool {
    commits.isSettled(lane.key) || children.child(lane.key).map { $0.ending == nil } ?? false
  }

  /// Makes one call as a run of its own.
  private func runAlone(_ lane: NamespaceLane) {
    guard let queued = turns.removeFirst(of: lane) else { return endTurn(lane) }
    // The run frees it.
    let lock = lane.lock
    (lane.lock, lane.isLookedAt) = (nil, false)
    do throws(SwarmError) {
      let queued = try checker.recheck(queued, of: lane)
      try runs.begin(queued, lane.key, holding: lock) { [unowned self] result in
        onStrangers()
        calls.markMade(queued.id, result)
        calls.answer(queued.id, result, nil)
        endTurn(lane)
      }
    } catch {
      lock?.release()
      calls.fail(queued.id, error)
      endTurn(lane)
    }
  }

  // MARK: What befalls children

  /// Puts calls back that were not begun, of a child that is gone.
  func returned(_ key: NamespaceKey, _ queued: [QueuedCall]) {
    guard let lane = turns.lane(key) else { return }
    for call in queued where calls.isCancelled(call.id) {
      calls.fail(call.id, CallEngine.cancelledError)
    }
    if isStopping {
      for call in queued { calls.forget(call.id) }
    } else {
      turns.putBack(queued.filter { calls.call($0.id) != nil }, to: lane)
    }
    if lane.phase == .active { endTurn(lane) }
    if lane.phase == .idle, children.child(key) == nil, queued.isEmpty {
      turns.forget(lane)
      commits.forget(key)
    }
  }

  /// Gives a child more to do that has said something.
  func goOn(_ child: WarmChild) {
    if let first = child.sent.first, child.ending == nil, calls.isCancelled(first.id) {
      children.cancel(child, CallEngine.cancelledError)
    }
    if let lane = turns.lane(child.key) { sendMore(lane) }
  }

  /// Fails everything that was made on a state that could not be written.
  func commitFailed(_ key: NamespaceKey, _ error: SwarmError) {
    turns.lane(key)?.swarm.drainIfLost()
    guard let child = children.child(key) else { return }
    // What its child has said already was made too, and must not be made again.
    children.read(child)
    // A call that it is making stands on nothing.
    children.lose(child, error)
  }

  /// Whether no call of a namespace is about to make another state of its memory.
  private func isLastState(_ key: NamespaceKey) -> Bool {
    guard pipelinesCalls, let lane = turns.lane(key) else { return true }
    let isIdle = children.child(key)?.sent.isEmpty ?? true
    return isIdle && (lane.waiting.isEmpty || lane.phase != .active)
      && (!turns.isCrowded || lane.swarm.isDraining)
  }
}
