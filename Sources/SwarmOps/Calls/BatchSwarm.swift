/// An agent of a batch: what is the same for each of its calls.
final class BatchAgent {
  /// What requests call it.
  let name: String
  let record: AgentRecord
  let schema: ArgumentSchema
  /// The members of a request that name it.
  let members: [UInt8]

  /// - Parameters:
  ///   - name: What requests call it.
  ///   - record: What is known of it.
  ///   - environment: Variables that it alone is given.
  init(_ name: String, _ record: AgentRecord, environment: [String: String]) {
    (self.name, self.record) = (name, record)
    schema = ArgumentSchema(parameters: record.parameters)
    var object: JSONObject = [
      "file": .string(record.fileName), "class": .string(record.className),
      "agent": .string(record.name),
    ]
    if !environment.isEmpty {
      object["environment"] = .object(
        JSONObject(environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    members = Array(JSONValue.object(object).serialized().dropFirst().dropLast())
  }
}

/// One swarm of a batch: its lock, its agents, and the warm process that forks its children.
///
/// Used on the batch's own thread alone.
final class BatchSwarm {
  /// What is found out on another thread while a swarm is taken up.
  struct Opened: Sendable {
    let guid: GUID
    let lock: FileLock
    let name: String
    let python: PythonInterpreter
    let agents: AgentCatalog
    let hostFolder: String
    let sandbox: Sandbox
    /// Changes with every deploy and every edited agent.
    let identity: String
  }

  let guid: GUID
  private(set) var name: String
  private(set) var python: PythonInterpreter
  private(set) var agents: AgentCatalog
  private(set) var hostFolder: String
  private(set) var sandbox: Sandbox
  /// Changes with every deploy and every edited agent.
  private(set) var identity: String
  private var used: [String: BatchAgent] = [:]

  /// The swarm's shared lock; `nil` while nothing of the swarm is under way.
  var lock: FileLock?
  /// When ``lock`` was taken.
  var lockedAt = ContinuousClock.now
  /// Whether no further call is begun, so that the lock can be let go for a waiting deploy.
  var isDraining = false
  /// Whether ``lock`` was let go for somebody who waits, who comes before the next call.
  var isYielding = false
  /// Requests that came while ``lock`` was not held: the agents may be others by now.
  var unchecked: [(request: BatchRequest, sequence: Int)] = []
  /// Whether ``lock`` is being taken again.
  var isReopening = false
  /// Namespaces that are under way.
  var activity = 0
  /// Of those, the ones that wait for their own locks.
  var locking = 0
  /// Changes when agents do: children and checked calls of an earlier one are out of date.
  private(set) var generation = 0
  /// The warm process, once a child was needed.
  var host: WarmHost?
  /// When a child was last wanted.
  var lastUse = ContinuousClock.now

  init(_ opened: Opened) {
    guid = opened.guid
    (name, python, agents) = (opened.name, opened.python, opened.agents)
    (hostFolder, identity, sandbox) = (opened.hostFolder, opened.identity, opened.sandbox)
    lock = opened.lock
  }

  /// Takes the swarm up again.
  ///
  /// - Returns: Whether its agents have changed.
  func reopen(_ opened: Opened) -> Bool {
    lock = opened.lock
    lockedAt = .now
    (isDraining, isReopening) = (false, false)
    if identity == opened.identity { return false }
    (name, python, agents) = (opened.name, opened.python, opened.agents)
    (hostFolder, identity, sandbox) = (opened.hostFolder, opened.identity, opened.sandbox)
    used = [:]
    generation += 1
    host?.end()
    host = nil
    return true
  }

  /// An agent by the name that requests give it.
  func agent(_ name: String) throws(SwarmError) -> BatchAgent {
    if let agent = used[name] { return agent }
    let record = try agents.agent(name, swarm: self.name)
    let agent = BatchAgent(
      name, record, environment: sandbox.environment(declaring: record.requiresEnvironment))
    used[name] = agent
    return agent
  }

  /// Does on another thread what taking up a swarm needs.
  ///
  /// - Parameters:
  ///   - guid: The swarm.
  ///   - wanted: The agent of the first call.
  ///   - store: The swarms.
  ///   - runner: For interpreter and catalog.
  ///   - locks: How locks are waited for.
  static func open(
    _ guid: GUID, wanted: String, store: SwarmStore, runner: AgentRunner, locks: LockOptions
  ) throws(SwarmError) -> Opened {
    let layout = store.layout
    let lock = try SwarmSwitch.lockShared(guid, layout: layout, locks: locks)
    let manifest = try store.manifest(guid)
    let python = try runner.interpreter(manifest)
    let sandbox = try runner.sandbox(manifest, python: python)
    let agents = try AgentCatalog.of(
      guid, wanted: wanted, loader: runner.loader(python: python, sandbox: sandbox))
    let identity = identity(of: guid, python, layout)
    try FileSystem.makeFolders(layout.code(guid))
    return Opened(
      guid: guid, lock: lock, name: manifest.name, python: python, agents: agents,
      hostFolder: try HostInstallation.folder(layout, python: python), sandbox: sandbox,
      identity: identity)
  }

  /// What changes with every deploy and every edited agent; empty where they cannot be read.
  static func identity(of guid: GUID, _ python: PythonInterpreter, _ layout: SwarmLayout) -> String
  {
    guard let files = try? AgentFiles.of(layout.agents(guid)) else { return "" }
    return files.agents.map { "\($0.name) \($0.identity)" }.joined(separator: ",")
      + files.helpers + python.path
  }
}
