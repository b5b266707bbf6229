#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which namespace has a turn, and what that takes: its locks, its copy, its child.
extension BatchRunner {
  /// Puts a namespace behind those that wait.
  func makeReady(_ namespace: BatchNamespace) {
    namespace.phase = .ready
    ready.append(namespace)
  }

  /// Gives turns to namespaces while there is room, and lets go of swarms that were held for long.
  func schedule() {
    let now = ContinuousClock.now
    for swarm in swarms.values where swarm.lock != nil && swarm.activity > 0 {
      if swarm.isDraining || swarm.lockedAt.duration(to: now) <= Self.holdTime { continue }
      // Nobody is held up for a deploy that is not there: a slow call is the business of its user.
      if StoreLocks(store.layout).isWanted(swarm.guid)
        || swarm.identity != BatchSwarm.identity(of: swarm.guid, swarm.python, store.layout)
      {
        swarm.isDraining = true
      } else {
        swarm.lockedAt = now
      }
    }
    beginTurns()
    var index = 0
    // Locks and copies are seen to before the turn, so that no core waits for them.
    while preparing < min(jobs, Self.lookahead) + 2, index < ready.count {
      let namespace = ready[index]
      let swarm = namespace.swarm
      if swarm.isDraining || swarm.isReopening || mustWait(namespace.waiting.first) {
        index += 1
        continue
      }
      if swarm.lock == nil {
        reopen(swarm, wanted: namespace.waiting.first?.agent.name ?? "")
        index += 1
        continue
      }
      ready.remove(at: index)
      prepare(namespace)
    }
    beginTurns()
    for swarm in Array(swarms.values) where swarm.isDraining { settle(swarm) }
  }

  /// Lets go of a swarm that nothing is under way on; a draining one is taken again at once.
  func settle(_ swarm: BatchSwarm) {
    if swarm.isDraining {
      // Their next turn takes the lock again.
      for namespace in ready where namespace.swarm === swarm && namespace.isSettled {
        namespace.lock?.release()
        namespace.lock = nil
      }
    }
    let waiting = ready.filter { $0.swarm === swarm && $0.lock == nil }.count + swarm.locking
    guard swarm.lock != nil, !swarm.isReopening, swarm.activity == waiting else { return }
    if swarm.activity > 0 && !swarm.isDraining { return }
    swarm.lock?.release()
    swarm.lock = nil
    if waiting == 0 {
      (swarm.isDraining, swarm.isYielding) = (false, swarm.isDraining)
    } else {
      let first = ready.first { $0.swarm === swarm }?.waiting.first
      reopen(swarm, wanted: first?.agent.name ?? "")
    }
  }

  func reopen(_ swarm: BatchSwarm, wanted: String) {
    swarm.isReopening = true
    let yields = swarm.isDraining || swarm.isYielding
    swarm.isYielding = false
    let (guid, store, runner, locks) = (swarm.guid, store, runner, options.run.locks)
    let box = Unchecked(swarm)
    pool.run {
      // Those that wait for the swarm alone come first; if they give up, so much the better.
      if yields { try? StoreLocks(store.layout).waitForTurn(guid, locks) }
      let result: Result<BatchSwarm.Opened, SwarmError>
      do throws(SwarmError) {
        result = .success(
          try BatchSwarm.open(guid, wanted: wanted, store: store, runner: runner, locks: locks))
      } catch {
        result = .failure(error)
      }
      return { self.reopened(box.value, result) }
    }
  }

  private func reopened(_ swarm: BatchSwarm, _ result: Result<BatchSwarm.Opened, SwarmError>) {
    switch result {
    case .success(let opened):
      if swarm.reopen(opened) {
        for namespace in namespaces.values where namespace.swarm === swarm {
          discardChild(namespace)
        }
      }
      let unchecked = swarm.unchecked
      swarm.unchecked = []
      for (request, sequence) in unchecked { enqueue(request, sequence, swarm) }
      settle(swarm)
    case .failure(let error):
      swarm.isReopening = false
      swarm.isDraining = false
      // Removed, or held alone for too long: the calls that wait for it are over.
      references = references.filter { _, reference in
        if case .open(let other) = reference.state { return other !== swarm }
        return true
      }
      swarms[swarm.guid] = nil
      // Idle ones too: a swarm that comes back under this GUID is another one.
      for namespace in Array(namespaces.values) where namespace.swarm === swarm {
        refuseWaiting(namespace, error)
        retire(namespace)
      }
      let unchecked = swarm.unchecked
      swarm.unchecked = []
      for (request, sequence) in unchecked { refuse(request, sequence, error) }
      ready.removeAll { $0.swarm === swarm }
      swarm.host?.end()
      swarm.host = nil
    }
  }

  /// Forgets a namespace whose swarm is gone.
  private func retire(_ namespace: BatchNamespace) {
    discardChild(namespace)
    namespace.lock?.release()
    namespace.lock = nil
    namespace.phase = .idle
    namespaces[namespace.key] = nil
  }

  // MARK: Beginning a turn

  /// Begins the turns of namespaces that are prepared, while there is room.
  private func beginTurns() {
    while running < jobs, !prepared.isEmpty {
      let namespace = prepared.removeFirst()
      preparing -= 1
      running += 1
      namespace.sentThisTurn = 0
      if namespace.waiting.isEmpty {
        endTurn(namespace)
      } else if namespace.isAlone {
        runAlone(namespace)
      } else if namespace.child == nil {
        // It was lost or could not be made: the next turn tries again.
        endTurn(namespace)
      } else {
        namespace.phase = .active
        sendMore(namespace)
      }
    }
  }

  func isPrepared(_ namespace: BatchNamespace) {
    namespace.phase = .prepared
    prepared.append(namespace)
  }

  // MARK: Ending a turn

  /// Gives the turn to another namespace.
  func endTurn(_ namespace: BatchNamespace) {
    running -= 1
    namespace.phase = .settling
    if !namespace.waiting.isEmpty, namespace.ending == nil,
      namespace.child != nil || namespace.isSettled
    {
      makeReady(namespace)
    }
    letGoIfSettled(namespace)
  }

  /// Lets go of a namespace that has nothing to do, or takes it up again where it has.
  func letGoIfSettled(_ namespace: BatchNamespace) {
    guard namespace.isSettled else { return }
    switch namespace.phase {
    case .settling where !namespace.waiting.isEmpty: makeReady(namespace)
    case .settling:
      namespace.lock?.release()
      namespace.lock = nil
      namespace.phase = .idle
      namespace.swarm.activity -= 1
      if namespace.child == nil { namespaces[namespace.key] = nil }
      if namespace.swarm.activity == 0 { settle(namespace.swarm) }
    default: break
    }
  }
}
