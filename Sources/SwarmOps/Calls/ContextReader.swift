/// Asks the agents of a swarm what they have to say before a conversation.
package struct ContextReader: Sendable {
  /// What one agent said.
  package struct Piece: Sendable, Equatable {
    /// The agent's name.
    package let agent: String
    /// What it said, or `nil` for nothing.
    package let text: String?
    /// What went wrong instead, or `nil`.
    package let problem: String?
    /// What the sandbox refused meanwhile.
    package let refusals: [SandboxRefusal]
  }

  private let store: SwarmStore
  private let environment: AgentEnvironment
  private let options: AgentRunner.Options

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: What agent processes are given.
  ///   - options: Timeout, locks, and where prints go.
  package init(
    store: SwarmStore, environment: AgentEnvironment, options: AgentRunner.Options
  ) {
    self.store = store
    self.environment = environment
    self.options = options
  }

  /// Calls `system_context()` of every agent that has one, on a copy of the memory that is thrown
  /// away.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory the agents see.
  /// - Returns: What each agent said, in the order of the catalog.
  /// - Throws: ``SwarmError/Code/timeout``, ``SwarmError/Code/busy`` and what a run can end with.
  package func read(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> [Piece] {
    let layout = store.layout
    let swarmLock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: options.locks)
    defer { swarmLock.release() }
    let runner = AgentRunner(store: store, environment: environment, options: options)
    let manifest = try store.manifest(swarm)
    let python = try runner.interpreter(manifest)
    let sandbox = try Sandbox(environment, kept: manifest.sandbox, python: python, layout: layout)
    let loader = runner.loader(python: python, sandbox: sandbox)
    let agents = try AgentCatalog.of(swarm, loader: loader).agents
      .filter { $0.state == .ok && $0.hasContext }
    if agents.isEmpty { return [] }
    let hostFolder = try HostInstallation.folder(layout, python: python)
    try loader.compileIfMissing(agents[0].fileName, of: swarm, hostFolder: hostFolder)

    let namespaceLock = try StoreLocks(layout).namespace(swarm, namespace, options.locks)
    defer { namespaceLock.release() }
    let staging = try StagingFolder.make(in: layout.staging)
    let policy = try sandbox.policy(
      of: swarm, in: staging, hostFolder: hostFolder,
      declared: agents.flatMap(\.requiresEnvironment))
    let copy = try NamespaceCopy(
      layout: layout, swarm: swarm, namespace: namespace, staging: staging, torn: options.locks)
    let request = HostRequest.context(
      agents, in: HostRequest.Place(swarm, layout),
      binding: HostRequest.Binding(
        namespace: namespace, memory: copy.memoryFile),
      policy: policy)
    let host = try HostProcess(python: python.path, hostFolder: hostFolder, policy: policy)
    return try converse(request, with: host, policy: policy)
  }

  private func converse(_ request: HostFrame, with host: HostProcess, policy: SandboxPolicy)
    throws(SwarmError) -> [Piece]
  {
    var pieces: [Piece] = []
    let ending = try host.converse(
      request,
      options: HostProcess.Options(
        deadline: options.timeout.map { ContinuousClock.now + $0 },
        cancellation: options.cancellation, endsAdoptedChildren: options.endsAdoptedChildren,
        excess: policy.excess,
        outputDescriptor: options.outputDescriptor,
        onOutput: options.onOutput)
    ) { frame throws(SwarmError) in
      guard case .context(let agent, let text, let problem, let notes) = try HostEvent.read(frame)
      else { return true }
      pieces.append(
        Piece(
          agent: agent, text: text, problem: problem,
          refusals: problem == nil ? [] : policy.refusals(notes)))
      return false
    }
    guard ending == .finished else {
      throw HostEnding.error(
        ending, who: "the context of the agents", timeout: options.timeout,
        cancellation: options.cancellation, policy: policy)
    }
    return pieces
  }
}
