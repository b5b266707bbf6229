/// Sealing, snapshots, versions of memory, and the history of calls.
extension CommandTable {
  static let historyCommands: [CommandSpec] = [seal, unseal, snapshot, history]
  static let versionCommands: [CommandSpec] = [versions, diff, undo]

  private static let userExample = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  static let snapshotReference = ArgumentSpec(
    "swarm@snapshot", .snapshot, "A snapshot: the swarm's GUID in full or name, @, name or label")

  private static let seal = CommandSpec(
    name: "seal",
    alsoTriedAs: ["lock", "freeze", "protect", "close"],
    group: .care,
    summary: "Seal a swarm, so that its memory cannot change",
    discussion: [
      "Agents still run, but a call that changed memory is refused when it ends (exit 77), also one "
        + "that began before the seal. So are deploy, remove, memory wipe and memory import, for root too. "
        + "The files of the memory become read-only for other programs.",
      "memory forget still deletes, and says that it broke the seal. Sealing twice changes nothing.",
    ],
    arguments: [ArgumentSpec("swarm", .swarm, "GUID in full, or name, of the swarm")],
    options: [
      .value("by", "name", .text, "Who seals it", defaultNote: "$USER"), swarmLockTimeout,
    ],
    examples: [
      CommandExample("swarmctl seal starter", "seal a swarm"),
      CommandExample("swarmctl seal starter --by 'Ada Lovelace'", "say who seals it"),
    ])

  private static let unseal = CommandSpec(
    name: "unseal",
    alsoTriedAs: ["unlock", "thaw", "open"],
    group: .care,
    summary: "Unseal a swarm, so that its memory can change again",
    discussion: [
      "Asks first; without a terminal nothing happens unless --yes is given. A swarm whose status is "
        + "eternal stays sealed."
    ],
    arguments: [ArgumentSpec("swarm", .swarm, "GUID in full, or name, of the swarm")],
    options: [yes, dryRun, swarmLockTimeout],
    examples: [CommandExample("swarmctl unseal starter --yes", "unseal it in a script")])

  // MARK: Snapshots

  private static let snapshot = CommandSpec(
    name: "snapshot",
    alsoTriedAs: ["snapshots", "snap", "checkpoint", "backup"],
    group: .care,
    summary: "Keep read-only copies of a swarm with its memory",
    subcommands: [createSnapshot, listSnapshots, removeSnapshot, restoreSnapshot])

  private static let createSnapshot = CommandSpec(
    name: "create",
    alsoTriedAs: ["new", "make", "take", "add", "save"],
    summary: "Copy agents, manifest and the memory of all users",
    discussion: [
      "All users are copied as they are at one instant; calls that are under way are not in it. "
        + "<swarm>@<snapshot> then names it wherever a swarm is only read.",
      "The name is the time and the label, in which everything but letters, digits, - and _ becomes _.",
    ],
    arguments: [
      swarm, ArgumentSpec("label", .text, .optional, "What to call it; snapshot by default"),
    ],
    options: [swarmLockTimeout],
    examples: [
      CommandExample("swarmctl snapshot create starter before-import", "keep a copy"),
      CommandExample("swarmctl snapshot create starter -q", "print its name alone"),
    ])

  private static let listSnapshots = CommandSpec(
    name: "list",
    aliases: ["ls"],
    alsoTriedAs: ["show"],
    summary: "List the snapshots of a swarm, the oldest first",
    discussion: [
      "Those of other programs of this tree are shown too. Damaged ones are named in a warning."
    ],
    arguments: [swarm],
    examples: [CommandExample("swarmctl snapshot list starter", "see what there is")])

  private static let removeSnapshot = CommandSpec(
    name: "remove",
    aliases: ["rm"],
    alsoTriedAs: ["delete", "del", "drop"],
    summary: "Remove snapshots",
    discussion: [
      "Asks first; without a terminal nothing happens unless --yes is given. Snapshots of a sealed "
        + "swarm stay."
    ],
    arguments: [
      ArgumentSpec(
        "swarm@snapshot", .snapshot, .repeated,
        "Snapshots: the swarm's GUID in full or name, @, name or label")
    ],
    options: [yes, dryRun, swarmLockTimeout],
    examples: [
      CommandExample(
        "swarmctl snapshot remove starter@before-import --yes", "remove one by its label")
    ])

  private static let restoreSnapshot = CommandSpec(
    name: "restore",
    alsoTriedAs: ["rollback", "revert", "apply", "load"],
    summary: "Restore the memory of a snapshot",
    discussion: [
      "Restores the memory of every user in one step, or of one with --user or --shared. Memory that "
        + "the snapshot does not contain is deleted. The state before is kept as a version of each "
        + "memory, so memory undo reverts it. Agents and manifest do not change.",
      "Asks first; without a terminal nothing happens unless --yes is given.",
    ],
    arguments: [snapshotReference],
    options: [user, shared, yes, dryRun, swarmLockTimeout],
    choices: [oneNamespace],
    examples: [
      CommandExample(
        "swarmctl snapshot restore starter@before-import --dry-run", "see what changes"),
      CommandExample(
        "swarmctl snapshot restore starter@before-import --user \(userExample) --yes",
        "restore one user's memory"),
    ])

  // MARK: Versions

  private static let versions = CommandSpec(
    name: "versions",
    alsoTriedAs: ["log", "history", "revisions"],
    summary: "List the earlier versions of a memory, the latest first",
    discussion: [
      "Each change keeps what was there before it: the last twenty, and 16 MiB, of each memory. "
        + "wipe, forget and remove delete them too."
    ],
    arguments: [swarm],
    options: [user, shared],
    choices: [oneNamespace],
    examples: [
      CommandExample("swarmctl memory versions starter --user \(userExample)", "see what is kept")
    ])

  private static let diff = CommandSpec(
    name: "diff",
    alsoTriedAs: ["compare", "changes"],
    summary: "Show what differs between two versions of a memory",
    discussion: [
      "Without options, what the last change did. Exit 2 where anything differs."
    ],
    arguments: [swarm],
    options: [
      user, shared,
      .value("from", "version", .version, "The earlier version", defaultNote: "the latest kept"),
      .value("to", "version", .version, "The later version", defaultNote: "the memory as it is"),
    ],
    choices: [oneNamespace],
    examples: [
      CommandExample("swarmctl memory diff starter --user \(userExample)", "see the last change"),
      CommandExample(
        "swarmctl memory diff starter --shared --from 3 --to 4", "see what one change did"),
    ])

  private static let undo = CommandSpec(
    name: "undo",
    alsoTriedAs: ["revert", "rollback", "back"],
    summary: "Restore a memory to an earlier version",
    discussion: [
      "Reverts the last change, or restores the version that --to names. This is a change itself, "
        + "so a second undo reverts the first. On a terminal it asks first.",
      "If another program changed the memory since, nothing is reverted unless --to names a "
        + "version (exit 76).",
    ],
    arguments: [ArgumentSpec("swarm", .swarm, "GUID in full, or name, of the swarm")],
    options: [
      user, shared, .value("to", "version", .version, "Go back to this version"), yes, dryRun,
      lockTimeout,
    ],
    choices: [oneNamespace],
    examples: [
      CommandExample(
        "swarmctl memory undo starter --user \(userExample)", "revert the last change"),
      CommandExample(
        "swarmctl memory undo starter --shared --to 3 --dry-run", "see what would change"),
    ])

  // MARK: History

  private static let history = CommandSpec(
    name: "history",
    alsoTriedAs: ["log", "logs", "audit", "events", "calls"],
    group: .care,
    summary: "List the calls that were made, the latest first",
    discussion: [
      "When, swarm, user, agent, exit status, duration, and bytes of the memory before and after; "
        + "never arguments, output or memory. VERSION is what `swarmctl memory show --version` shows "
        + "as it was before the call.",
      "The last 8 MB of lines are kept. SWARMCTL_HISTORY=off keeps none, and memory forget takes a "
        + "user's lines along.",
    ],
    arguments: [
      ArgumentSpec("swarm", .swarm, .optional, "GUID, prefix of one, or name of the swarm")
    ],
    options: [
      .value("user", "guid", .user, "Only calls as this user"), shared,
      .value("agent", "name", .agent, "Only calls of this agent"),
      .value("since", "age", .age, "Only calls of this last time, such as 12h"),
      .flag("failed", "Only calls that did not end with 0"),
    ],
    choices: [oneNamespace],
    examples: [
      CommandExample("swarmctl history starter --since 12h", "see what happened last night"),
      CommandExample(
        "swarmctl history --user \(userExample) --failed", "see what failed for a user"),
    ])
}
