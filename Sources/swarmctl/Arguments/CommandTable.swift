import SwarmOps

/// Every command and option of swarmctl, as data.
///
/// A new command or flag is added here and nowhere else: the parser, help, completions, the
/// reference page and the man page follow.
enum CommandTable {
  /// The whole tree.
  ///
  /// Built on first use, which is every start: words cannot be told apart without it.
  static let root = CommandSpec(
    name: "swarmctl",
    summary: "Deploy swarms of RAPP agents, run them as a chosen user, and care for their memory",
    discussion: [
      "A swarm is a named set of agents with a soul. Each user has a memory of their own in each "
        + "swarm; a call without a user uses the memory called shared.",
      "<swarm> is a GUID, a prefix of one (four characters or more), or a name.",
    ],
    options: globalOptions,
    examples: [
      CommandExample("swarmctl quickstart", "deploy the built-in starter swarm and try it"),
      CommandExample("swarmctl list", "see which swarms there are"),
      CommandExample("swarmctl help run", "read about one command"),
    ],
    subcommands: startCommands + swarmCommands + runCommands + [users, memory] + historyCommands
      + careCommands
  )

  /// Options that every command takes, before or after its name.
  static let globalOptions: [OptionSpec] = [
    .value(
      "root", "folder", .folder, "The folder that holds all swarms",
      defaultNote: "~/.rapp-swarm", environment: "SWARMCTL_ROOT"),
    output,
    .flag("json", "Same as -o json"),
    .flag("quiet", short: "q", "Print names alone; same as -o name"),
    .flag("no-input", "Never ask; what would need an answer is refused"),
    color,
    .flag("debug", "Say more on standard error; never prints memory")
      .alsoTried(as: ["verbose", "vv"]),
    .flag("help", short: "h", "Show help and do nothing else"),
    .flag("version", "Print the version and do nothing else").alsoTried(as: ["v", "V"]),
  ]

  static let output = OptionSpec.value(
    "output", short: "o", "format", .choice(OutputFormat.allCases.map(\.rawValue)),
    "How to print the result", default: OutputFormat.table.rawValue
  ).alsoTried(as: ["format", "out"])

  static let color = OptionSpec.value(
    "color", "when", .choice(ColorChoice.allCases.map(\.rawValue)), "When to use colour",
    default: ColorChoice.auto.rawValue)

  // MARK: Pieces that several commands share

  static let swarm = ArgumentSpec("swarm", .swarm, "GUID, prefix of one, or name of the swarm")

  static let user = OptionSpec.value(
    "user", "guid|name", .user, "The user whose memory is meant", environment: "SWARMCTL_USER"
  ).alsoTried(as: ["u", "user-guid", "user-id", "as"])

  /// The user where something is replaced or deleted: said on the command line or not at all.
  static let namedUser = OptionSpec.value(
    "user", "guid|name", .user, "The user whose memory is meant"
  ).alsoTried(as: ["u", "user-guid", "user-id"])

  static let shared = OptionSpec.flag("shared", "The memory of calls without a user")

  static let allUsers = OptionSpec.flag("all-users", "Every user's memory, and shared")

  static let oneNamespace = OptionChoice(names: ["user", "shared"])

  static let oneOrAllNamespaces = OptionChoice(names: ["user", "shared", "all-users"])

  static let python = OptionSpec.value(
    "python", "path", .file, "The Python interpreter that runs the agents",
    defaultNote: "the swarm's own, then python3 on the path", environment: "SWARMCTL_PYTHON")

  static let timeout = OptionSpec.value(
    "timeout", "duration", .duration, "How long one call may take; 0 for no limit",
    default: "5m")

  static let lockTimeout = OptionSpec.value(
    "lock-timeout", "duration", .duration, "How long to wait for another call on the same memory",
    default: "30s")

  static let swarmLockTimeout = OptionSpec.value(
    "lock-timeout", "duration", .duration, "How long to wait for calls on the swarm to end",
    default: "30s")

  static let noValidate = OptionSpec.flag(
    "no-validate", "Pass arguments on without checking them against the agent's schema")

  /// What agents may do, for commands that run them or load them.
  static let sandbox: [OptionSpec] = [
    .value(
      "sandbox", "level", .choice(SandboxOptions.Level.allCases.map(\.rawValue)),
      "What agents may do: standard, strict (standard without network) or off",
      defaultNote: "the swarm's own, then standard", environment: "SWARMCTL_SANDBOX"),
    .value(
      "allow-read", "path", .file, "A file or folder that agents may read; may be repeated",
      repeatable: true),
    .value(
      "allow-write", "path", .file, "A file or folder that agents may change; may be repeated",
      repeatable: true),
    .value(
      "pass-env", "name", .text, "An environment variable that agents see; may be repeated",
      repeatable: true),
    .value(
      "max-memory", "size", .bytes, "The most memory that each process of an agent may take",
      defaultNote: "no limit"),
    .value(
      "max-disk", "size", .bytes, "The most that a call may hold in its folders",
      defaultNote: "1GiB"),
  ]
  static let strictArguments = OptionSpec.flag(
    "strict-args", "Refuse every argument that the agent's schema does not know")

  /// Arguments are checked more closely, or not at all.
  static let oneStrictness = OptionChoice(names: ["strict-args", "no-validate"])

  static let yes = OptionSpec.flag("yes", short: "y", "Do it without asking")
    .alsoTried(as: ["f", "force", "rf", "fr", "r", "recursive", "assume-yes", "confirm"])

  static let ignoreNotFound = OptionSpec.flag(
    "ignore-not-found", "Exit 0 if there is nothing to delete")

  static let forceFile = OptionSpec.flag("force", "Replace a file that is there without asking")

  static let limit = OptionSpec.value(
    "limit", "count", .count(atLeast: 1), "Show so many rows at most")

  static let filter = OptionSpec.value(
    "filter", "field=value", .agentArgument,
    "Only rows whose field, as -o json names it, is this; may be repeated", repeatable: true)

  /// What every list takes.
  static let rows: [OptionSpec] = [
    limit, filter,
    .value(
      "sort", "field", .text, "Sort by a field, as -o json names it; -field for the other way round"
    ),
  ]

  static let dryRun = OptionSpec.flag("dry-run", "Say what would happen and change nothing")
}
