/// What to do next about an error or a finding.
///
/// A hint says what would help; how that is asked for (an option, a command, a button) is for the
/// front end to word. Texts in a hint never spell an option or a command.
public indirect enum Hint: Sendable, Equatable {
  /// A sentence that is right in every front end.
  case text(String)
  /// What was probably meant.
  case didYouMean(String)
  /// Set something to reach an end, such as "allow more".
  case use(Setting, to: String)
  /// Leave a setting out to reach an end.
  case omit(Setting, to: String)
  /// Run a command; the text says what it does, such as "shows what there is".
  case run(Command, String)
  /// A memory that could not be committed is in the file at this path.
  case keptVersion(String)
  /// The swarm's folder is there but not readable; a deploy under its GUID keeps its memory.
  case deployAgain(GUID)
  /// A call inside a call on the same memory or swarm would never end.
  case ownCall
  /// What a bundle can be.
  case bundleForms
  /// Several things that are all true, in this order.
  case all([Hint])
  /// Several ways, any of which will do.
  case either([Hint])

  /// Something that a caller can set.
  public enum Setting: Sendable, Equatable {
    case agreement, forced, allowBroken, strict, validation, dryRun
    case timeout, lockTimeout, memoryLimit, diskLimit
    case root, python, user, userName, shared, name, guid(GUID?), newSwarm
    case merge, entry, format, arguments(String)
    case sandbox, allowRead(String), allowWrite(String), passEnvironment(String)
  }

  /// Something else to run; a text names the swarm as the user did, or by its GUID.
  public enum Command: Sendable, Equatable {
    case list, quickstart, deploy, doctor, fix, shareRoot, userNames, takeUserName(String)
    case users(String), agents(String), export(String?), wipe, entryIDs(String)
    case mergeMemory(String, user: String, file: String)
    case deploys(String), rollback(String), configure(String), requirements(String)
    case call(String, agent: String), unseal(String), snapshots(String), versions(String), history
    case createSnapshot(String), removeSnapshot(String), restoreSnapshot(String)
  }

  /// More of a limit would have done.
  public static func allowMore(_ limit: Setting) -> Hint { .use(limit, to: "allow more") }

  /// Nothing is done before somebody agrees.
  public static var agree: Hint { .use(.agreement, to: "agree") }

  /// The hint's own text, where it is a plain sentence.
  public var plainText: String? { if case .text(let text) = self { text } else { nil } }
}

extension Hint: ExpressibleByStringInterpolation {
  /// A plain sentence.
  public init(stringLiteral text: String) { self = .text(text) }

  /// A plain sentence.
  public init(_ text: String) { self = .text(text) }

  /// One sentence that stands in the code in two pieces.
  public static func + (first: Hint, second: Hint) -> Hint {
    if case .text(let start) = first, case .text(let end) = second { return .text(start + end) }
    return .all([first, second])
  }
}
