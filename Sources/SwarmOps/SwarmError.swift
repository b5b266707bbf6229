/// The one error of `SwarmOps`: what is wrong, with what, and what to do next.
///
/// Programs decide by ``code`` and ``errno``, never by a text. What a code means for a process's exit
/// status and how a hint is worded is for the front end to say.
public struct SwarmError: Error, Sendable, Equatable {
  /// A stable word for what went wrong; printed as `code` in JSON.
  public enum Code: String, Sendable, CaseIterable {
    /// The agent raised, or ended its process without a result.
    case agentFailed = "agent_failed"
    /// Unknown flag, missing word, value of the wrong form.
    case usage
    /// A user that is neither a GUID nor the sentinel.
    case badUser = "bad_user"
    /// An argument of an agent that its schema does not allow.
    case badArgument = "bad_argument"
    /// A name or prefix that fits several things.
    case ambiguous
    /// Something destructive that nobody agreed to, where nobody can be asked.
    case confirmationRequired = "confirmation_required"
    /// Somebody was asked and said no.
    case declined
    /// A bundle that is not what the format asks for.
    case badBundle = "bad_bundle"
    /// Stored or imported data that cannot be read as what it should be.
    case badData = "bad_data"
    /// The agent left something that is not JSON as its memory.
    case invalidMemory = "invalid_memory"
    /// An agent file that cannot be loaded.
    case agentNotLoadable = "agent_not_loadable"
    /// No swarm of that name, prefix or GUID.
    case noSuchSwarm = "no_such_swarm"
    /// No agent of that name in the swarm.
    case noSuchAgent = "no_such_agent"
    /// No namespace of that user.
    case noSuchUser = "no_such_user"
    /// No deploy of that number is kept.
    case noSuchDeploy = "no_such_deploy"
    /// No memory entry of that id.
    case noSuchEntry = "no_such_entry"
    /// No snapshot of that name or label.
    case noSuchSnapshot = "no_such_snapshot"
    /// No version of that number.
    case noSuchVersion = "no_such_version"
    /// An input file or folder that does not exist.
    case noSuchFile = "no_such_file"
    /// A bug in swarmctl.
    case internalError = "internal"
    /// Input or output failed.
    case io
    /// The lock timeout passed.
    case busy
    /// Another program changed the memory during the run.
    case conflict
    /// Refused by a rule.
    case refused
    /// A change of a sealed swarm.
    case sealed
    /// A change of a snapshot.
    case snapshot
    /// No usable Python, a module missing from it, or an unusable root.
    case setup
    /// The agent took longer than its timeout.
    case timeout
    /// SIGINT arrived.
    case interrupted
    /// SIGTERM arrived.
    case terminated
    /// SIGHUP arrived.
    case hangup
  }

  /// What kind of failure this is.
  public var code: Code
  /// One sentence that says what is wrong and with what.
  public var message: String
  /// What to do next, when there is something to say.
  public var hint: Hint?
  /// The file or folder concerned.
  public var path: String?
  /// The error of the system behind this one, such as "Permission denied".
  public var underlying: String?
  /// The number of the system's error, such as `ENOENT`, where one is behind this one.
  public var errno: Int32?
  /// Names that would have been right: candidates of an ambiguity, agents of the swarm.
  public var available: [String]
  /// The Python traceback of an agent that raised.
  public var trace: String?
  /// What was not right besides, and was said before the call that failed.
  public var warnings: [String] = []

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: What kind of failure this is.
  ///   - message: One sentence that says what is wrong and with what.
  ///   - hint: What to do next.
  ///   - path: The file or folder concerned.
  ///   - underlying: The error of the system behind this one.
  ///   - errno: Its number.
  ///   - available: Names that would have been right.
  ///   - trace: The Python traceback of an agent that raised.
  public init(
    _ code: Code, _ message: String, hint: Hint? = nil, path: String? = nil,
    underlying: String? = nil, errno: Int32? = nil, available: [String] = [], trace: String? = nil
  ) {
    self.code = code
    self.message = message
    self.hint = hint
    self.path = path
    self.underlying = underlying
    self.errno = errno
    self.available = available
    self.trace = trace
  }
}
