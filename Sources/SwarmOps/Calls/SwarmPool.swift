/// The swarms that calls are made on: each is opened once, held while it is used, and let go for a
/// deploy that waits.
final class SwarmPool {
  /// What a call finds.
  enum Availability {
    /// The swarm is open.
    case open(OpenSwarm)
    /// It is being opened, and the call is noted down.
    case opening
    /// It could not be opened, a moment ago.
    case failed(SwarmError)
  }

  /// What becomes of swarms; set by the owner.
  var onOpened: (_ swarm: OpenSwarm, _ isChanged: Bool, _ calls: [CallEngine.CallID]) -> Void = {
    _, _, _ in
  }
  /// Called where a swarm is gone, or was held alone for too long.
  var onFailed: (_ guid: GUID, SwarmError, _ calls: [CallEngine.CallID]) -> Void = { _, _, _ in }

  /// How long a swarm is held before a waiting deploy gets its chance.
  static let holdTime: Duration = .seconds(1)
  /// Swarms that are remembered not to be there.
  private static let knownFailures = 1000

  private let store: SwarmStore
  private let runner: AgentRunner
  private let locks: LockOptions
  private let workers: WorkerPool
  private var swarms: [GUID: OpenSwarm] = [:]
  private var failures: [GUID: (error: SwarmError, at: ContinuousClock.Instant)] = [:]
  /// Calls that wait for swarms that are being opened.
  private var opening: [GUID: [CallEngine.CallID]] = [:]

  init(store: SwarmStore, runner: AgentRunner, locks: LockOptions, workers: WorkerPool) {
    (self.store, self.runner, self.locks, self.workers) = (store, runner, locks, workers)
  }

  /// The swarm of a call, which is noted down where it must wait.
  ///
  /// - Parameters:
  ///   - guid: The swarm.
  ///   - agent: The call's agent, to be loaded where nothing is known of it.
  ///   - call: The call.
  func availability(of guid: GUID, agent: String, call: CallEngine.CallID) -> Availability {
    if let swarm = swarms[guid], swarm.isOpen, opening[guid] == nil { return .open(swarm) }
    if let failure = failures[guid] {
      if failure.at.duration(to: .now) < Self.holdTime { return .failed(failure.error) }
      failures[guid] = nil
    }
    open(guid, agent: agent)
    opening[guid]?.append(call)
    return .opening
  }

  /// Whether calls can be begun on a swarm; where it was let go, it is opened again.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - agent: The agent of the first call that waits.
  func isReady(_ swarm: OpenSwarm, agent: String) -> Bool {
    if opening[swarm.guid] != nil || swarm.isDraining { return false }
    if !swarm.isOpen { open(swarm.guid, agent: agent) }
    return swarm.isOpen
  }

  /// Whether a lock that was just taken below a swarm may be kept: the swarm's own comes first.
  func holds(_ swarm: OpenSwarm) -> Bool { swarm.isOpen && opening[swarm.guid] == nil }

  /// Lets go of swarms that nothing is under way on.
  ///
  /// - Parameter swarm: The swarm.
  func closeIfUnused(_ swarm: OpenSwarm) {
    guard swarm.isOpen, !swarm.isInUse, opening[swarm.guid] == nil else { return }
    swarm.close()
  }

  /// The swarms that wait to be let go.
  var draining: [OpenSwarm] { swarms.values.filter(\.isDraining) }

  /// Sees to swarms that were held for long.
  func lookForDeploys(_ now: ContinuousClock.Instant) {
    for swarm in swarms.values where swarm.isOpen && swarm.isInUse && !swarm.isDraining {
      if swarm.lockedAt.duration(to: now) > Self.holdTime { swarm.drainIfWanted(store.layout) }
    }
  }

  /// When ``lookForDeploys(_:)`` has something to do next.
  var nextDeadline: ContinuousClock.Instant? {
    swarms.values.filter { $0.isOpen && $0.isInUse && !$0.isDraining }
      .map { $0.lockedAt + Self.holdTime }.min()
  }

  private func open(_ guid: GUID, agent: String) {
    guard opening[guid] == nil else { return }
    opening[guid] = []
    let yields = swarms[guid]?.yields() ?? false
    let (store, runner, locks, previous) = (store, runner, locks, swarms[guid]?.opening)
    workers.attempt({ () throws(SwarmError) in
      // Those that wait for the swarm alone come first; if they give up, so much the better.
      if yields { try? StoreLocks(store.layout).waitForTurn(guid, locks) }
      return try OpenSwarm.open(
        guid, wanted: agent, store: store, runner: runner, locks: locks, previous: previous)
    }) { [unowned self] in opened(guid, $0) }
  }

  private func opened(_ guid: GUID, _ result: Result<OpenSwarm.Opening, SwarmError>) {
    let calls = opening.removeValue(forKey: guid) ?? []
    switch result {
    case .success(let opening):
      if let swarm = swarms[guid] {
        onOpened(swarm, swarm.reopen(opening), calls)
      } else {
        let swarm = OpenSwarm(opening)
        swarms[guid] = swarm
        onOpened(swarm, false, calls)
      }
    case .failure(let error):
      // One that was there may come back at any moment.
      if swarms.removeValue(forKey: guid) == nil {
        if failures.count > Self.knownFailures { failures = [:] }
        failures[guid] = (error, .now)
      }
      onFailed(guid, error, calls)
    }
  }
}
