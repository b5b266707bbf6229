// The first page of the library: what a program needs that runs agents for its users. Everything
// here is made of the types that the command line uses, with defaults that are safe.

extension SwarmStore {
  /// Deploys a bundle: all or nothing, exactly the bundle's agents, memory untouched.
  ///
  /// - Parameters:
  ///   - path: A folder of `*_agent.py` files, or a `*.swarm.json` file.
  ///   - options: How to deploy; by default agents that do not load are reported, and what would take
  ///     away agents that load is refused.
  ///   - environment: What the agents' processes are given while they are loaded.
  /// - Returns: What was done, with the agents and those that do not load.
  /// - Throws: ``SwarmError``, and then nothing was changed.
  public func deploy(
    _ path: String, options: Deployment.Options = Deployment.Options(),
    environment: AgentEnvironment = .current
  ) throws(SwarmError) -> Deployment.Report {
    var options = options
    let source = BundleSource.path(path)
    if options.origin.isEmpty { options.origin = source.origin }
    let bundle = try BundleReader.read(source, named: options.name)
    return try Deployment(store: self, environment: environment, options: options).deploy(bundle)
  }

  /// Calls an agent as a user.
  ///
  /// The call is a transaction: its change of the memory is on disk when this returns, and where this
  /// throws, the memory is as it was.
  ///
  /// - Parameters:
  ///   - swarm: The swarm; ``resolve(_:allowsPrefix:)`` finds it by name.
  ///   - agent: The agent's name.
  ///   - arguments: The arguments by name; they are checked against the agent's schema.
  ///   - namespace: Whose memory the agent works on.
  ///   - options: How long it may take, how locks are waited for, where prints go.
  ///   - environment: What the agent's process is given.
  /// - Returns: What the agent returned.
  /// - Throws: ``SwarmError``.
  public func run(
    _ swarm: GUID, _ agent: String, _ arguments: JSONObject = [:], as namespace: Namespace,
    options: AgentRunner.Options = AgentRunner.Options(), environment: AgentEnvironment = .current
  ) throws(SwarmError) -> AgentAnswer {
    try AgentRunner(store: self, environment: environment, options: options).run(
      AgentCall(swarm: swarm, agent: agent, arguments: arguments, namespace: namespace))
  }

  /// Whose memory a swarm holds, ordered by user, `shared` first.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: A record for each memory; no file is read.
  /// - Throws: ``SwarmError`` where the memory cannot be listed.
  public func users(of swarm: GUID) throws(SwarmError) -> [UserRecords.Record] {
    var found = UserRecords(of: [swarm], store: self)
    if let failure = found.unread.first { throw failure.error }
    found.sort(by: .user)
    return found.records
  }
}

extension AgentAnswer {
  /// What the agent returned, as text; JSON for what is no string.
  public var text: String { String(decoding: output.bytes, as: UTF8.self) }
}

extension UserRecords.Record {
  /// When `memory.json` changed last.
  public var changedAt: Timestamp { Timestamp(seconds: modified / 1_000_000_000) }
}

extension AgentEnvironment {
  /// What this process has: its variables, `SWARMCTL_PYTHON` before the `python3` on its path, and the
  /// standard sandbox.
  public static var current: AgentEnvironment {
    let variables = EnvironmentVariables.current
    let path = variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return AgentEnvironment(
      variables: variables,
      python: PythonInterpreter.Selection(
        preferred: variables["SWARMCTL_PYTHON"],
        searchPath: path.split(separator: ":").map(String.init)))
  }
}

extension SwarmError: CustomStringConvertible {
  /// What is wrong, in a sentence or two: for logs, never for decisions.
  public var description: String {
    underlying.map { "\(message): \($0)" } ?? message
  }
}

extension Timestamp: CustomStringConvertible {
  /// ISO 8601, such as `2026-04-19T03:14:00Z`.
  public var description: String { iso8601 }
}

extension Namespace: CustomStringConvertible {
  /// The user's GUID, or `shared`.
  public var description: String { folderName }
}
