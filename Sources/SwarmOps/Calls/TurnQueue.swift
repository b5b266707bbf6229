/// One namespace with calls: those that wait, its lock, and where it stands.
///
/// Where it stands is changed by ``TurnQueue`` alone.
final class NamespaceLane {
  /// Where a namespace stands.
  enum Phase {
    /// Nothing is under way, and no lock is held.
    case idle
    /// It waits for its turn.
    case ready
    /// It waits, without a turn, for whoever has its lock.
    case locking
    /// It is being locked and looked at.
    case opening
    /// It has its lock and its copy, and its turn may begin.
    case prepared
    /// Its calls are being made.
    case active
    /// No call is under way; the disk is.
    case finishing
  }

  let key: NamespaceKey
  let swarm: OpenSwarm
  fileprivate(set) var phase = Phase.idle
  /// Calls that were not handed to an agent, in order.
  fileprivate(set) var waiting: [QueuedCall] = []
  /// Calls handed over since the turn began.
  fileprivate(set) var sentThisTurn = 0
  /// The namespace's lock, while it is held.
  var lock: StoreLock?
  /// Whether the memory was looked at under that lock: others may have changed it before.
  var isLookedAt = false
  /// Whether calls must be runs of their own: there are files beside `memory.json`.
  var isAlone = false
  /// Whether it is counted among those that need the swarm's lock.
  private var isCounted = false

  init(key: NamespaceKey, swarm: OpenSwarm) { (self.key, self.swarm) = (key, swarm) }

  /// Notes that it needs its swarm's lock.
  func hold() {
    if isCounted { return }
    isCounted = true
    swarm.begin()
  }

  /// Lets go of its lock.
  func release() {
    lock?.release()
    (lock, isLookedAt) = (nil, false)
    if isCounted { swarm.end() }
    isCounted = false
  }
}

/// Which namespace has a turn.
///
/// As many as there are jobs have one; a few more are made ready meanwhile. A namespace gives its
/// turn away after some calls, where others wait.
final class TurnQueue {
  /// Calls of one namespace before another that waits has its turn.
  private static let turn = 256
  /// Namespaces that are made ready before their turn.
  static let lookahead = 8

  /// Namespaces that may have a turn at once.
  let jobs: Int
  private var lanes: [NamespaceKey: NamespaceLane] = [:]
  private var ready: [NamespaceLane] = []
  private var prepared: [NamespaceLane] = []
  /// Namespaces that are being made ready for their turn, or are.
  private var preparing = 0
  private var running = 0

  init(jobs: Int) { self.jobs = jobs }

  // MARK: Calls

  /// The namespace of a name, made where it is new.
  func lane(_ key: NamespaceKey, swarm: OpenSwarm) -> NamespaceLane {
    if let lane = lanes[key], lane.swarm === swarm { return lane }
    let lane = NamespaceLane(key: key, swarm: swarm)
    lanes[key] = lane
    return lane
  }

  /// The namespace of a name, if it is known.
  func lane(_ key: NamespaceKey) -> NamespaceLane? { lanes[key] }

  /// The namespaces of a swarm.
  func lanes(of swarm: GUID) -> [NamespaceLane] { lanes.values.filter { $0.key.swarm == swarm } }

  /// All namespaces.
  var all: [NamespaceLane] { Array(lanes.values) }

  /// Puts a call behind those of its namespace.
  func append(_ call: QueuedCall, to lane: NamespaceLane) { lane.waiting.append(call) }

  /// Puts calls that were not begun before those that wait.
  func putBack(_ calls: [QueuedCall], to lane: NamespaceLane) {
    lane.waiting.insert(contentsOf: calls, at: 0)
  }

  /// Takes the first call that waits.
  func removeFirst(of lane: NamespaceLane) -> QueuedCall? {
    if lane.waiting.isEmpty { return nil }
    lane.sentThisTurn += 1
    return lane.waiting.removeFirst()
  }

  /// Takes all calls that wait.
  func removeAll(of lane: NamespaceLane) -> [QueuedCall] {
    defer { lane.waiting = [] }
    return lane.waiting
  }

  /// Takes one call that waits, if it does.
  func remove(_ call: CallEngine.CallID) -> QueuedCall? {
    for lane in lanes.values {
      if let index = lane.waiting.firstIndex(where: { $0.id == call }) {
        return lane.waiting.remove(at: index)
      }
    }
    return nil
  }

  // MARK: Turns

  /// Whether more namespaces wait than can have a turn.
  var isCrowded: Bool { ready.count > jobs }

  /// Whether a namespace may keep its turn.
  func mayGoOn(_ lane: NamespaceLane) -> Bool {
    !lane.swarm.isDraining && (lane.sentThisTurn < Self.turn || ready.isEmpty)
  }

  /// Puts a namespace behind those that wait for their turn, or before them.
  func makeReady(_ lane: NamespaceLane, first: Bool = false) {
    lane.phase = .ready
    if first { ready.insert(lane, at: 0) } else { ready.append(lane) }
  }

  /// The namespaces of a swarm that wait for their turn.
  func waiting(for swarm: OpenSwarm) -> [NamespaceLane] { ready.filter { $0.swarm === swarm } }

  /// The next namespace to be made ready, or `nil` where there are enough, or none.
  ///
  /// - Parameter mayPrepare: Whether one can be made ready now.
  func nextToPrepare(where mayPrepare: (NamespaceLane) -> Bool) -> NamespaceLane? {
    guard preparing < min(jobs, Self.lookahead) + 2,
      let index = ready.firstIndex(where: mayPrepare)
    else { return nil }
    let lane = ready.remove(at: index)
    lane.phase = .opening
    preparing += 1
    return lane
  }

  /// Notes that a namespace is ready for its turn.
  func isPrepared(_ lane: NamespaceLane) {
    lane.phase = .prepared
    prepared.append(lane)
  }

  /// Takes a namespace off its way to a turn: somebody else has its lock, or the disk comes first.
  func stopPreparing(_ lane: NamespaceLane, until phase: NamespaceLane.Phase) {
    preparing -= 1
    lane.phase = phase
  }

  /// The next namespace whose turn begins, or `nil` where all turns are taken.
  func nextToBegin() -> NamespaceLane? {
    guard running < jobs, !prepared.isEmpty else { return nil }
    let lane = prepared.removeFirst()
    preparing -= 1
    running += 1
    lane.sentThisTurn = 0
    lane.phase = .active
    return lane
  }

  /// Gives the turn of a namespace to another.
  func endTurn(_ lane: NamespaceLane) {
    running -= 1
    lane.phase = .finishing
  }

  /// Notes that a namespace waits for the disk alone, without having had a turn.
  func finish(_ lane: NamespaceLane) { lane.phase = .finishing }

  /// Notes that nothing is under way on a namespace.
  func rest(_ lane: NamespaceLane) { lane.phase = .idle }

  /// Forgets a namespace.
  func forget(_ lane: NamespaceLane) {
    ready.removeAll { $0 === lane }
    lane.phase = .idle
    if lanes[lane.key] === lane { lanes[lane.key] = nil }
  }
}
