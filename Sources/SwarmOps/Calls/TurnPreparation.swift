/// Sees to what a namespace's turn takes: its lock, and a child whose copy is the memory.
final class TurnPreparation {
  /// Called with the calls that a child had not begun when it was ended; set by the owner.
  var onReturned: (NamespaceKey, [QueuedCall]) -> Void = { _, _ in }
  /// Called where a namespace's lock could not be had; set by the owner.
  var onLockFailure: (NamespaceLane) -> Void = { _ in }

  private let opener: NamespaceOpener
  private let calls: PendingCalls
  private let swarms: SwarmPool
  private let turns: TurnQueue
  private let children: ChildPool
  private let commits: CommitQueue

  init(
    opener: NamespaceOpener, calls: PendingCalls, swarms: SwarmPool, turns: TurnQueue,
    children: ChildPool, commits: CommitQueue
  ) {
    (self.opener, self.calls, self.swarms) = (opener, calls, swarms)
    (self.turns, self.children, self.commits) = (turns, children, commits)
  }

  /// Begins to see to it for a namespace's next turn.
  func begin(_ lane: NamespaceLane) {
    let child = usableChild(lane)
    if child == nil && !commits.isSettled(lane.key) {
      // What is in place is older than what was made; the end of its turn brings it back.
      return turns.stopPreparing(lane, until: .finishing)
    }
    if lane.waiting.isEmpty || lane.isLookedAt && (lane.isAlone || child != nil) {
      return turns.isPrepared(lane)
    }
    lane.hold()
    let isKnown = child != nil
    opener.open(
      lane.key, holding: lane.lock, known: isKnown ? commits.memory(lane.key) : nil,
      isKnown: isKnown
    ) { [unowned self] in looked(at: lane, $0) }
  }

  /// The namespace's child, if calls can go on with it.
  private func usableChild(_ lane: NamespaceLane) -> WarmChild? {
    guard let child = children.child(lane.key) else { return nil }
    // Whoever makes a user forgotten takes the copy as well; and anybody may end a process.
    if child.generation == lane.swarm.generation, child.ending == nil, child.isUsable {
      return child
    }
    discardChild(lane)
    return nil
  }

  private func looked(
    at lane: NamespaceLane, _ result: Result<NamespaceOpener.Opened?, SwarmError>
  ) {
    switch result {
    case .success(nil): return awaitLock(lane)
    case .failure(let error):
      // Unreadable, or being written by another program for too long.
      for call in turns.removeAll(of: lane) { calls.fail(call.id, error) }
    case .success(let opened?):
      (lane.lock, lane.isLookedAt) = (opened.lock, true)
      do throws(SwarmError) {
        try makeChild(lane, with: opened.memory)
      } catch {
        // No child can be made: that is the answer of the first, and the next tries again.
        discardChild(lane)
        if let call = turns.removeFirst(of: lane) { calls.fail(call.id, error) }
      }
    }
    turns.isPrepared(lane)
  }

  /// Gives the turn to others while somebody else has the namespace.
  private func awaitLock(_ lane: NamespaceLane) {
    turns.stopPreparing(lane, until: .locking)
    lane.release()
    opener.waitForLock(of: lane.key) { [unowned self] in locked(lane, $0) }
  }

  private func locked(_ lane: NamespaceLane, _ result: Result<StoreLock, SwarmError>) {
    guard lane.phase == .locking else {
      // Its swarm has gone meanwhile.
      if case .success(let lock) = result { lock.release() }
      return
    }
    switch result {
    case .success(let lock):
      // Never held without the swarm's lock, which comes first.
      guard swarms.holds(lane.swarm) else {
        lock.release()
        return turns.makeReady(lane)
      }
      lane.hold()
      lane.lock = lock
      turns.makeReady(lane, first: true)
    case .failure(let error):
      for call in turns.removeAll(of: lane) { calls.fail(call.id, error) }
      turns.finish(lane)
      onLockFailure(lane)
    }
  }

  /// Sees to it that the namespace has a child whose copy is the memory.
  private func makeChild(_ lane: NamespaceLane, with found: FoundMemory) throws(SwarmError) {
    let (version, content): (MemoryVersion?, [UInt8]?)
    switch found {
    case .besideOthers:
      lane.isAlone = true
      return discardChild(lane)
    case .known(let known):
      if usableChild(lane) != nil { return commits.begin(lane.key, memory: known) }
      // It has gone in the moment since: look again.
      return
    case .other(let other, let bytes): (version, content) = (other, bytes)
    }
    lane.isAlone = false
    // Its modules may have kept what another program has changed meanwhile.
    discardChild(lane)
    if children.isFull, let oldest = children.oldest(where: isIdle) { retire(oldest) }
    let files = Set(lane.waiting.prefix(WarmChild.most).map(\.agent.record.fileName)).sorted()
    try children.make(lane.key, swarm: lane.swarm, content: content, files: files)
    commits.begin(lane.key, memory: version)
  }

  /// Whether a namespace's child may go for another's: it is idle, or waits for its turn.
  private func isIdle(_ key: NamespaceKey) -> Bool {
    guard let lane = turns.lane(key) else { return true }
    return lane.phase == .idle || lane.phase == .ready && commits.isSettled(key)
  }

  private func retire(_ child: WarmChild) {
    children.discard(child.key)
    if let lane = turns.lane(child.key), lane.phase == .idle {
      turns.forget(lane)
      commits.forget(child.key)
    }
  }

  /// Ends a namespace's child.
  func discardChild(_ lane: NamespaceLane) {
    onReturned(lane.key, children.discard(lane.key))
  }
}
