import SwarmOps

/// What a command works with, made once from the command line and the environment.
struct CommandContext {
  /// The command line.
  let arguments: ParsedArguments
  /// The environment that swarmctl was started with.
  let environment: [String: String]
  /// Where results, errors and notes go.
  let output: Output
  /// Asked for by SIGINT, SIGTERM and SIGHUP.
  let cancellation: Cancellation
  /// The swarms.
  let store: SwarmStore
  /// The snapshot that stands in the place of its swarm, or `nil`.
  let snapshot: SwarmSnapshot?
  /// The person, where there is one.
  let terminal: Terminal

  init(
    arguments: ParsedArguments, environment: [String: String], output: Output,
    cancellation: Cancellation, store: SwarmStore
  ) {
    self.arguments = arguments
    self.environment = environment
    self.output = output
    self.cancellation = cancellation
    self.store = store
    snapshot = nil
    terminal = Terminal(mayAsk: !arguments.global.noInput && !output.isForPrograms)
  }

  private init(_ other: CommandContext, _ store: SwarmStore, _ snapshot: SwarmSnapshot?) {
    self.snapshot = snapshot
    arguments = other.arguments
    environment = other.environment
    output = other.output
    cancellation = other.cancellation
    terminal = other.terminal
    self.store = store
  }

  /// What a word names where a swarm is only read: a swarm, or a snapshot in its place.
  func reading() throws(SwarmError) -> (context: CommandContext, swarm: GUID) {
    let target = try store.open(arguments[word: .swarm])
    return (CommandContext(self, target.store, target.snapshot), target.swarm)
  }

  /// What agent processes are given.
  var agentEnvironment: AgentEnvironment {
    let isChosen = arguments.source(of: .python) == .commandLine
    var selection = PythonInterpreter.Selection(
      searchPath: (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
        .split(separator: ":", omittingEmptySubsequences: false)
        .map { WorkingFolder.absoluteFolder($0.isEmpty ? "." : String($0)) })
    selection.chosen = isChosen ? arguments[.python].map(WorkingFolder.absolute) : nil
    selection.preferred = environment["SWARMCTL_PYTHON"].map(WorkingFolder.absolute)
    selection.managerState = VersionManagers.state(environment)
    var agents = AgentEnvironment(variables: ProcessEnvironment.exact, python: selection)
    agents.sandbox = SandboxOptions(arguments)
    return agents
  }

  /// How locks are waited for.
  var lockOptions: LockOptions {
    let output = output
    let speaks = Terminal.isTerminal(2)
    return LockOptions(
      timeout: arguments[.lockTimeout], cancellation: cancellation,
      onWait: { if speaks { output.note($0) } })
  }

  /// How agents are run; what they print goes to standard error.
  var runOptions: AgentRunner.Options {
    let timeout = arguments[.timeout]
    let output = output
    var options = AgentRunner.Options(
      timeout: timeout == .zero ? nil : timeout, locks: lockOptions, cancellation: cancellation,
      outputDescriptor: 2, onOutput: { output.relay($0) })
    options.temporaryFolder = temporaryFolder
    if environment["SWARMCTL_HISTORY"] != "off" {
      options.history = CallHistory(
        layout: store.layout, frontEnd: arguments.path.last ?? "", status: { $0.exitStatus })
    }
    return options
  }

  /// How an engine makes calls, as the arguments say.
  var engineOptions: CallEngine.Options {
    let run = runOptions
    var options = CallEngine.Options()
    options.limits.timeout = run.timeout
    (options.locks, options.cancellation, options.history) = (
      run.locks, run.cancellation, run.history
    )
    (options.outputDescriptor, options.onPrint) = (run.outputDescriptor, run.onOutput)
    return options
  }

  /// Where what must not be in the root goes.
  var temporaryFolder: String { environment["TMPDIR"] ?? "/tmp" }

  /// The swarm that the command line names.
  func swarm() throws(SwarmError) -> GUID {
    try store.resolve(arguments[word: .swarm])
  }

  /// Whether somebody said which root is meant.
  var isRootNamed: Bool { arguments.global.root != nil }

  /// The names of users.
  var userNames: UserNames { UserNames(store: store, locks: lockOptions) }

  /// The namespace that `--user` or `--shared` names, in full; without either it is that of
  /// `SWARMCTL_USER`, or `shared`.
  func namespace() throws(SwarmError) -> Namespace {
    guard let user = arguments[.user], !arguments[.shared] else { return .shared }
    return try userNames.namespace(user)
  }

  /// The same, where the beginning of a GUID will do: only where nothing is destroyed.
  func namespaceByPrefix(_ reader: MemoryReader, _ swarm: GUID) throws(SwarmError) -> Namespace {
    guard let user = arguments[.user], !arguments[.shared] else { return .shared }
    return try namespace(user, reader, swarm)
  }

  /// The user that a text means in a swarm: a name, a GUID, or the beginning of one.
  func namespace(_ text: String, _ reader: MemoryReader, _ swarm: GUID) throws(SwarmError)
    -> Namespace
  {
    let failure: SwarmError
    do throws(SwarmError) { return try userNames.namespace(text) } catch { failure = error }
    guard failure.code == .badUser else { throw failure }
    do throws(SwarmError) {
      return try reader.resolve(text, in: swarm)
    } catch {
      throw error.code == .badUser ? failure : error
    }
  }

  /// Warns where the root is on a network file system and not made for several machines.
  func warnAboutNetworkRoot() {
    guard let name = store.networkFileSystem, (try? store.settings().locks) == .kernel else {
      return
    }
    output.warn(Self.warning(of: name))
  }

  /// What may go wrong with a root of one machine on a network file system.
  static func warning(of fileSystem: String) -> String {
    "the root is on \(fileSystem), where the kernel's locks do not hold between machines: use one "
      + "machine at a time, or run `swarmctl root --shared` once"
  }
}
