/// Runs agents, each call in a process of its own.
public struct AgentRunner: Sendable {
  private let store: SwarmStore
  private let environment: AgentEnvironment
  private let options: Options

  /// How calls are made.
  public struct Options: Sendable {
    /// How long an agent may take; `nil` for as long as it likes.
    public var timeout: Duration?
    /// How locks are waited for.
    public var locks: LockOptions
    /// Ends a call early.
    public var cancellation: Cancellation?
    /// Whether what agents leave behind is ended with each call; not while other calls are made.
    package var endsAdoptedChildren = true
    /// The descriptor that ``onOutput`` writes to, if it does: an agent that prints is held up while
    /// nobody reads there, and its timeout goes on.
    package var outputDescriptor: Int32?
    /// Where agents are loaded for ``AgentRunner/catalog(of:isFresh:)`` if the root cannot be written.
    public var temporaryFolder = "/tmp"
    /// Where a line is written for each call, or `nil` for none.
    package var history: CallHistory?
    /// Called with what the person should know before a call is made.
    public var onWarning: @Sendable (String) -> Void = { _ in }
    /// Called with what agents print.
    public var onOutput: @Sendable (UnsafeRawBufferPointer) -> Void

    /// Makes options; by default five minutes, 30 seconds for a lock, prints thrown away.
    ///
    /// - Parameters:
    ///   - timeout: How long an agent may take.
    ///   - locks: How locks are waited for.
    ///   - cancellation: Ends a call early.
    ///   - outputDescriptor: The descriptor that `onOutput` writes to, if it does.
    ///   - onOutput: Called with what agents print.
    public init(
      timeout: Duration? = .seconds(300), locks: LockOptions = LockOptions(),
      cancellation: Cancellation? = nil, outputDescriptor: Int32? = nil,
      onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }
    ) {
      self.timeout = timeout
      self.locks = locks
      self.cancellation = cancellation
      self.outputDescriptor = outputDescriptor
      self.onOutput = onOutput
    }
  }

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: What agent processes are given.
  ///   - options: How calls are made.
  package init(store: SwarmStore, environment: AgentEnvironment, options: Options = Options()) {
    self.store = store
    self.environment = environment
    self.options = options
  }

  /// Makes one call, as one transaction on one namespace.
  ///
  /// - Parameter call: What to call, how, and as whom.
  /// - Returns: What the agent returned.
  /// - Throws: Everything that ``SwarmError/Code`` lists for runs; then the memory is unchanged.
  package func run(_ call: AgentCall) throws(SwarmError) -> AgentAnswer {
    try run(call, holding: nil)
  }

  /// ``run(_:)`` with the namespace's lock, which is freed in the end.
  func run(_ call: AgentCall, holding lock: StoreLock?) throws(SwarmError) -> AgentAnswer {
    guard let history = options.history else {
      var reach: SandboxReach?
      return try watched(call, lock, &reach).answer
    }
    let start = ContinuousClock.now
    var record = CallRecord(call.swarm, call.namespace, frontEnd: history.frontEnd)
    record.snapshot = store.layout.view?.name
    var reach: SandboxReach?
    let result: Result<AgentAnswer, SwarmError>
    do throws(SwarmError) {
      let done = try watched(call, lock, &reach)
      record.bytesBefore = done.bytesBefore
      record.bytesAfter = done.bytesAfter
      record.version = done.version
      record.agent = done.agent
      record.status = done.answer.output.saysError ? 1 : 0
      result = .success(done.answer)
    } catch {
      record.status = history.status(error.code)
      if error.code != .noSuchAgent { record.agent = AgentCall.plainName(call.agent) }
      result = .failure(error)
    }
    record.sandbox = reach?.text
    record.time = Timestamp.nanoseconds() / 1_000_000
    record.milliseconds = Int(start.duration(to: .now) / .milliseconds(1))
    let warning = history.append([record])
    var answer = try result.get()
    if let warning { answer.warnings.append(warning) }
    return answer
  }

  /// A call that was made, and what history keeps of it.
  private struct Done {
    var answer: AgentAnswer
    var agent: String
    var bytesBefore: Int?
    var bytesAfter: Int?
    var version: Int?
  }

  /// `reach` is what the agent was kept from, once it runs.
  private func watched(_ call: AgentCall, _ lock: StoreLock?, _ reach: inout SandboxReach?)
    throws(SwarmError) -> Done
  {
    guard let cancellation = options.cancellation else { return try transact(call, lock, &reach) }
    return try cancellation.watched { () throws(SwarmError) in try transact(call, lock, &reach) }
  }

  private func transact(_ call: AgentCall, _ held: StoreLock?, _ reach: inout SandboxReach?)
    throws(SwarmError) -> Done
  {
    defer { held?.release() }
    let layout = store.layout
    let swarmLock = try SwarmSwitch.lockShared(call.swarm, layout: layout, locks: options.locks)
    defer { swarmLock.release() }
    let manifest = try store.manifest(call.swarm)
    let python = try interpreter(manifest)
    let sandbox = try sandbox(manifest, python: python)
    let loader = loader(python: python, sandbox: sandbox)
    let agent = try AgentCatalog.of(call.swarm, wanted: call.agent, loader: loader)
      .agent(call.agent, swarm: manifest.name)
    let arguments = try checked(call, agent)
    for warning in arguments.warnings { options.onWarning(warning) }
    do throws(SwarmError) {
      return try transact(
        call, agent, arguments, loader: loader, python: python, held, &reach)
    } catch {
      throw arguments.remarks.explaining(error)
    }
  }

  private func transact(
    _ call: AgentCall, _ agent: AgentRecord, _ arguments: CheckedArguments,
    loader: AgentLoader, python: PythonInterpreter, _ held: StoreLock?,
    _ reach: inout SandboxReach?
  ) throws(SwarmError) -> Done {
    let layout = store.layout
    let sandbox = loader.sandbox
    let hostFolder = try HostInstallation.folder(layout, python: python)
    try loader.compileIfMissing(agent.fileName, of: call.swarm, hostFolder: hostFolder)

    let namespaceLock =
      if let held { held } else {
        try StoreLocks(layout).namespace(call.swarm, call.namespace, options.locks)
      }
    defer { namespaceLock.release() }
    let staging = try StagingFolder.make(in: layout.staging)
    let policy = try sandbox.policy(
      of: call.swarm, in: staging, hostFolder: hostFolder, declared: agent.requiresEnvironment)
    // Python starts while the copy is made; it does nothing before it has the request.
    let host = try HostProcess(python: python.path, hostFolder: hostFolder, policy: policy)
    let inForce = SandboxReach(policy.level, host.reach)
    reach = inForce
    StagingFolder.sweep(layout)
    let copy = try NamespaceCopy(
      layout: layout, swarm: call.swarm, namespace: call.namespace, staging: staging,
      torn: options.locks)

    let start = ContinuousClock.now
    let request = HostRequest.run(
      agent, arguments: arguments.values, in: HostRequest.Place(call.swarm, layout),
      binding: HostRequest.Binding(
        namespace: call.namespace, memory: copy.memoryFile),
      policy: policy)
    let (output, refusals) = try converse(
      request, with: host, agent: agent, python: python, policy: policy, start: start)
    let duration = start.duration(to: .now)
    if let cancellation = options.cancellation, cancellation.signal != nil {
      throw cancellation.error
    }
    if let excess = policy.excess() { throw excess }
    // A process that became another user's may still have the copy open, and so may one that left the
    // group where those are not ended.
    if host.leftBehind.hasUnreachable || !options.endsAdoptedChildren {
      try copy.makeOwn()
    }
    let commit = try copy.commit(by: agent.name)
    return Done(
      answer: AgentAnswer(
        output: output, duration: duration, isCommitted: commit.outcome == .committed,
        warnings: arguments.warnings + [commit.warning].compactMap(\.self)
          + ProcessTree.warnings(leftBehind: host.leftBehind.names), refusals: refusals,
        sandbox: inForce),
      agent: agent.name, bytesBefore: copy.memoryBytes,
      bytesAfter: commit.outcome == .committed ? commit.bytes : copy.memoryBytes,
      version: commit.version)
  }

  /// The agents of a swarm, those that failed before tried again.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - isFresh: Whether to load every file anew, whatever is remembered.
  /// - Returns: The agents, and the interpreter that loaded them.
  /// - Throws: ``SwarmError/Code/setup`` without Python, ``SwarmError/Code/busy``,
  ///   ``SwarmError/Code/badData`` for a damaged swarm.
  ///
  /// A root that cannot be written will do: then nothing is locked and nothing remembered.
  package func catalog(of swarm: GUID, isFresh: Bool = false) throws(SwarmError)
    -> (catalog: AgentCatalog, python: PythonInterpreter)
  {
    do throws(SwarmError) {
      let lock = try SwarmSwitch.lockShared(swarm, layout: store.layout, locks: options.locks)
      defer { lock.release() }
      return try load(swarm, isFresh: isFresh, scratch: nil)
    } catch {
      guard error.isRefusedWriting else { throw error }
      return try SwarmSwitch.readUnlocked(swarm, layout: store.layout) { () throws(SwarmError) in
        try load(swarm, isFresh: isFresh, scratch: options.temporaryFolder)
      }
    }
  }

  private func load(_ swarm: GUID, isFresh: Bool, scratch: String?) throws(SwarmError)
    -> (catalog: AgentCatalog, python: PythonInterpreter)
  {
    let manifest = try store.manifest(swarm)
    let python = try interpreter(manifest)
    let sandbox = try sandbox(manifest, python: python)
    let catalog = try AgentCatalog.of(
      swarm, isFresh: isFresh, loader: loader(python: python, sandbox: sandbox, scratch: scratch))
    return (catalog, python)
  }

  /// The interpreter for a swarm.
  func interpreter(_ manifest: SwarmManifest?) throws(SwarmError) -> PythonInterpreter {
    try PythonInterpreter.find(
      environment.python, swarmSetting: manifest?.python, environment: environment.variables,
      layout: store.layout)
  }

  /// What a swarm's agents may do.
  func sandbox(_ manifest: SwarmManifest, python: PythonInterpreter) throws(SwarmError) -> Sandbox {
    try Sandbox(environment, kept: manifest.sandbox, python: python, layout: store.layout)
  }

  /// What loads a swarm's agents as these options say.
  func loader(python: PythonInterpreter, sandbox: Sandbox, scratch: String? = nil) -> AgentLoader {
    var loader = AgentLoader(
      layout: store.layout, python: python, sandbox: sandbox, scratch: scratch,
      cancellation: options.cancellation, onOutput: options.onOutput)
    if let timeout = options.timeout { loader.timePerFile = min(timeout, loader.timePerFile) }
    return loader
  }

  /// Reads, completes and checks the arguments of a call.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - agent: Its agent.
  ///   - schema: The agent's schema, where the caller keeps it.
  func checked(_ call: AgentCall, _ agent: AgentRecord, _ schema: ArgumentSchema? = nil)
    throws(SwarmError) -> CheckedArguments
  {
    try CheckedArguments(
      call.arguments, words: call.words, for: agent, schema: schema, namespace: call.namespace,
      environment: environment.variables, strictness: call.strictness)
  }

  private func converse(
    _ request: HostFrame, with host: HostProcess, agent: AgentRecord, python: PythonInterpreter,
    policy: SandboxPolicy, start: ContinuousClock.Instant
  ) throws(SwarmError) -> (output: AgentAnswer.Output, refusals: [SandboxRefusal]) {
    var answer: Result<(output: AgentAnswer.Output, refusals: [SandboxRefusal]), SwarmError>?
    let ending = try host.converse(
      request,
      options: HostProcess.Options(
        deadline: options.timeout.map { start + $0 }, cancellation: options.cancellation,
        endsAdoptedChildren: options.endsAdoptedChildren, excess: policy.excess,
        outputDescriptor: options.outputDescriptor, onOutput: options.onOutput)
    ) { frame throws(SwarmError) in
      switch try HostEvent.read(frame) {
      case .result(_, let result):
        answer = .success((result.output, policy.refusals(result.notes)))
      case .failure(_, let failure):
        let error = failure.error(agent: agent.name, file: agent.fileName, python: python)
        answer = .failure(policy.explaining(error, failure.notes))
      default: throw HostEvent.garbled
      }
      return true
    }
    guard ending == .finished, let answer else {
      throw HostEnding.error(
        ending, who: "agent \(agent.name)", timeout: options.timeout,
        cancellation: options.cancellation, policy: policy)
    }
    return try answer.get()
  }
}
