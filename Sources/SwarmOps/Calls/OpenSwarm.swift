/// One swarm that calls are made on: its lock, its agents, and what must change with a deploy.
final class OpenSwarm {
  /// What is found out on another thread while a swarm is opened.
  struct Opening: Sendable {
    let guid: GUID
    fileprivate(set) var lock: StoreLock
    let name: String
    let python: PythonInterpreter
    let agents: AgentCatalog
    let sandbox: Sandbox
    /// Changes with every deploy and every edited agent.
    let identity: String
    /// The manifest's file, by which a change of its settings shows.
    let manifest: FileStatus?
  }

  let guid: GUID
  /// What was found out when it was opened last; its lock may have been let go since.
  private(set) var opening: Opening
  /// Changes when agents do: children and checked calls of an earlier one are out of date.
  private(set) var generation = 0
  /// Whether no further call is begun, so that the lock can be let go for a waiting deploy.
  private(set) var isDraining = false
  private(set) var lockedAt = ContinuousClock.now
  /// The swarm's shared lock; `nil` while nothing of the swarm is under way.
  private var lock: StoreLock?
  private var used: [String: AgentInUse] = [:]
  /// Namespaces that need the lock.
  private var users = 0
  /// Whether the lock was let go for somebody who waits, who comes before the next call.
  private var isYielding = false

  init(_ opening: Opening) {
    guid = opening.guid
    self.opening = opening
    lock = opening.lock
  }

  /// The interpreter.
  var python: PythonInterpreter { opening.python }
  /// What its agents may do.
  var sandbox: Sandbox { opening.sandbox }

  /// Whether calls can be made on it.
  var isOpen: Bool { lock != nil }
  /// Whether a namespace of it is under way.
  var isInUse: Bool { users > 0 }

  /// Goes on with a lock that was taken again.
  ///
  /// - Returns: Whether its agents have changed, or what they may do.
  func reopen(_ opening: Opening) -> Bool {
    lock = opening.lock
    lockedAt = .now
    isDraining = false
    let before = self.opening
    self.opening = opening
    if before.identity == opening.identity, before.sandbox.options == opening.sandbox.options {
      return false
    }
    used = [:]
    generation += 1
    return true
  }

  /// An agent by the name that callers give it.
  func agent(_ name: String) throws(SwarmError) -> AgentInUse {
    if let agent = used[name] { return agent }
    let record = try opening.agents.agent(name, swarm: opening.name)
    let agent = AgentInUse(
      name, record, python: python,
      environment: sandbox.environment(declaring: record.requiresEnvironment))
    used[name] = agent
    return agent
  }

  /// Notes that a namespace needs the lock.
  func begin() { users += 1 }
  /// Notes that a namespace does not need the lock any more.
  func end() { users -= 1 }

  /// Lets go of the lock, which nothing needs.
  func close() {
    isYielding = isDraining
    isDraining = false
    lock?.release()
    lock = nil
  }

  /// Whether those that wait for the swarm alone come before the next call; asked once.
  func yields() -> Bool {
    defer { isYielding = false }
    return isYielding
  }

  /// Sees whether another process took the lock over, so that it must be taken again.
  func drainIfLost() {
    if lock?.isLost == true { isDraining = true }
  }

  /// Sees whether somebody waits for the swarm alone, or its agents have changed.
  func drainIfWanted(_ layout: SwarmLayout) {
    // Nobody is held up for a deploy that is not there: a slow call is the business of its user.
    if StoreLocks(layout).isWanted(guid)
      || opening.identity != Self.identity(of: guid, python, layout)
    {
      isDraining = true
    } else {
      lockedAt = .now
    }
  }

  /// Does on another thread what opening a swarm needs.
  ///
  /// - Parameters:
  ///   - guid: The swarm.
  ///   - wanted: The agent of the first call.
  ///   - store: The swarms.
  ///   - runner: For interpreter and catalog.
  ///   - locks: How locks are waited for.
  ///   - previous: What was found out the last time, which holds where nothing was changed since.
  static func open(
    _ guid: GUID, wanted: String, store: SwarmStore, runner: AgentRunner, locks: LockOptions,
    previous: Opening?
  ) throws(SwarmError) -> Opening {
    let layout = store.layout
    let lock = try SwarmSwitch.lockShared(guid, layout: layout, locks: locks)
    let status = try FileSystem.status(layout.manifest(guid))
    if var previous, let status, let before = previous.manifest, status.isUnchanged(since: before),
      !previous.identity.isEmpty,
      identity(of: guid, previous.python, layout) == previous.identity
    {
      previous.lock = lock
      return previous
    }
    let manifest = try store.manifest(guid)
    let python = try runner.interpreter(manifest)
    let sandbox = try runner.sandbox(manifest, python: python)
    let agents = try AgentCatalog.of(
      guid, wanted: wanted, loader: runner.loader(python: python, sandbox: sandbox))
    let identity = identity(of: guid, python, layout)
    try FileSystem.makeFolders(layout.code(guid))
    return Opening(
      guid: guid, lock: lock, name: manifest.name, python: python, agents: agents,
      sandbox: sandbox, identity: identity, manifest: status)
  }

  /// What changes with every deploy and every edited agent; empty where they cannot be read.
  private static func identity(
    of guid: GUID, _ python: PythonInterpreter, _ layout: SwarmLayout
  ) -> String {
    guard let files = try? AgentFiles.of(layout.agents(guid)) else { return "" }
    return files.agents.map { "\($0.name) \($0.identity)" }.joined(separator: ",")
      + files.helpers + python.path
  }
}
