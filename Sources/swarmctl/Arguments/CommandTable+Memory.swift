import SwarmOps

extension CommandTable {
  static let users = CommandSpec(
    name: "users",
    alsoTriedAs: ["user", "namespaces", "who"],
    group: .memory,
    summary: "List whose memory is held",
    discussion: [
      "Shows user, bytes and last change of each memory in a swarm. Without a swarm, shows every "
        + "user with the swarms that hold memory of them; options then look at a user's total. "
        + "A swarm that cannot be read is named in a warning, and the exit is 2.",
      "Entries are counted where that costs next to nothing, or with --entries. What is odd, such "
        + "as a link, comes last, with a note.",
    ],
    arguments: [
      ArgumentSpec("swarm", .swarm, .optional, "GUID, prefix of one, or name of the swarm")
    ],
    options: [
      .value("user", "guid|name", .user, "Only this user; in one swarm a prefix will do"), shared,
      .value(
        "sort", "column", .choice(["user", "entries", "bytes", "modified"]), "What to sort by"),
      .value("older-than", "age", .age, "Only memory that has not changed for this long"),
      .value("larger-than", "size", .bytes, "Only memory of more bytes than this"), limit, filter,
      .flag("entries", "Count entries as well, which reads every file"),
    ],
    choices: [oneNamespace],
    examples: [
      CommandExample("swarmctl users starter", "see who has memory in a swarm"),
      CommandExample(
        "swarmctl users --user \(entryExample)", "see what is held of one person, and where"),
      CommandExample(
        "swarmctl users --older-than 1y --sort bytes", "find old memory in all swarms"),
    ],
    subcommands: [userName, userNames],
    runs: true)

  private static let userName = CommandSpec(
    name: "name",
    alsoTriedAs: ["add", "create", "alias", "rename"],
    summary: "Give a user a name, which --user then takes",
    discussion: [
      "Names are kept in users.json in the root. Without a GUID a new user is made, or the one who "
        + "has the name is shown. A swarm that is called name is listed by its GUID."
    ],
    arguments: [
      ArgumentSpec("name", .text, "The name, such as ada"),
      ArgumentSpec("guid", .guid, .optional, "The user; without it a new one"),
    ],
    options: [.flag("remove", "Take the name away; memory stays")],
    examples: [
      CommandExample("swarmctl users name ada", "make a user called ada"),
      CommandExample("swarmctl users name grace \(entryExample)", "name a user who has memory"),
      CommandExample("swarmctl users name ada --remove", "take the name away again"),
    ])

  private static let userNames = CommandSpec(
    name: "names",
    summary: "List the names of users",
    examples: [CommandExample("swarmctl users names", "see who is called what")])

  static let memory = CommandSpec(
    name: "memory",
    alsoTriedAs: ["mem", "memories", "remember"],
    group: .memory,
    summary: "Show, search, change, move and delete memory",
    subcommands: [show, search, add, edit, wipe, exportMemory, importMemory] + versionCommands
      + [forget])

  private static let entryExample = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  private static let show = CommandSpec(
    name: "show",
    alsoTriedAs: ["list", "ls", "cat", "get", "view", "print"],
    summary: "Show one memory, newest entry first",
    discussion: [
      "With -o json, prints the file's own bytes. Without --user or --shared it is shared."
    ],
    arguments: [swarm],
    options: [
      user, shared,
      .value("version", "number", .version, "Show it as it was at this version"),
    ] + rows,
    choices: [oneNamespace],
    examples: [
      CommandExample("swarmctl memory show starter --shared", "show the shared memory"),
      CommandExample("swarmctl memory show starter --user \(entryExample)", "show a user's memory"),
    ])

  private static let search = CommandSpec(
    name: "search",
    alsoTriedAs: ["find", "grep", "query"],
    summary: "Find entries that contain every word",
    discussion: [
      "Words are looked for in an entry's values, in any case. If no entry matches, the exit is 0; if "
        + "there is no memory at all, it is 66."
    ],
    arguments: [
      swarm,
      ArgumentSpec("word", .text, .repeated, "Words that an entry must contain, in any case"),
    ],
    options: [user, shared, allUsers, limit, filter],
    choices: [oneOrAllNamespaces],
    examples: [
      CommandExample("swarmctl memory search starter tea", "search the shared memory"),
      CommandExample("swarmctl memory search starter tea --all-users", "search every memory"),
    ])

  private static let add = CommandSpec(
    name: "add",
    alsoTriedAs: ["save", "new", "insert", "remember", "create"],
    summary: "Add an entry to one memory",
    discussion: [
      "The entry gets the fields that the entries of this memory have, or else those of the swarm's "
        + "other memories, so that agents find it as one of their own. Where there is none yet, it "
        + "gets those of the starter swarm.",
      "It is a transaction like a run: it waits for its turn, and the memory changes as a whole.",
    ],
    arguments: [
      swarm, ArgumentSpec("word", .text, .repeatedOptional, "What to remember"),
    ],
    options: [user, shared]
      + [
        OptionSpec.value("entry", "id", .text, "The id of the new entry", defaultNote: "a new GUID")
      ]
      + MemoryEntryChange.Entry.options + [lockTimeout],
    choices: [oneNamespace] + MemoryEntryChange.Entry.choices.filter { $0.names[1] != "content" },
    examples: [
      CommandExample("swarmctl memory add starter 'Likes tea' --tag drinks", "add a fact"),
      CommandExample(
        "swarmctl memory add starter 'Call Ada' --type task --user \(entryExample)",
        "add a task for one user"),
    ])

  private static let edit = CommandSpec(
    name: "edit",
    alsoTriedAs: ["change", "update", "modify", "set", "fix"],
    summary: "Change one entry of a memory",
    discussion: [
      "Changes what the options say and leaves every other byte of the memory as it was. Without "
        + "one, the entry is opened in the editor that VISUAL or EDITOR names.",
      "An entry that somebody else changes while it is open in the editor is left as it is (exit 76), "
        + "and what you wrote is kept.",
    ],
    arguments: [swarm, ArgumentSpec("entry", .entry, "The id of the entry")],
    options: [user, shared]
      + [OptionSpec.value("content", "text", .text, "The text to remember")]
      + MemoryEntryChange.Entry.options + [lockTimeout],
    choices: [oneNamespace] + MemoryEntryChange.Entry.choices,
    examples: [
      CommandExample(
        "swarmctl memory edit starter drink --content 'Likes green tea'", "change its text")
    ])

  private static let wipe = CommandSpec(
    name: "wipe",
    alsoTriedAs: ["delete", "clear", "remove", "rm", "reset", "erase", "purge"],
    summary: "Delete memory in one swarm",
    discussion: [
      "Lists exactly what it will delete, asks, and deletes exactly that. Without a terminal nothing "
        + "happens unless --yes is given. User and swarm must be given in full: no prefixes, and no SWARMCTL_USER.",
      "Deleting a whole memory also deletes the files beside it and what runs could not commit. "
        + "Entries without a date are never older than anything.",
    ],
    arguments: [ArgumentSpec("swarm", .swarm, "GUID in full, or name, of the swarm")],
    options: [
      namedUser, shared, allUsers,
      .value(
        "entry", "id", .entry, "Only the entry with this id; may be repeated", repeatable: true),
      .value("older-than", "age", .age, "Only entries older than this"),
      yes, dryRun, ignoreNotFound, lockTimeout,
    ],
    choices: [
      oneOrAllNamespaces,
      OptionChoice(
        names: ["user", "shared", "all-users", "entry"], exclusive: false, required: true),
      OptionChoice(names: ["entry", "older-than"]),
    ],
    examples: [
      CommandExample(
        "swarmctl memory wipe starter --shared --dry-run", "see what would be deleted"),
      CommandExample(
        "swarmctl memory wipe starter --user \(entryExample) --yes",
        "delete a user's memory in a script"),
      CommandExample(
        "swarmctl memory wipe starter --all-users --older-than 1y", "delete old entries"),
    ])

  private static let exportMemory = CommandSpec(
    name: "export",
    alsoTriedAs: ["save", "dump", "backup", "download"],
    summary: "Write memory as one JSON document",
    discussion: [
      "Prints the document unless --file says where to write it. `swarmctl memory import` reads it "
        + "back, and the same bytes come out."
    ],
    arguments: [swarm],
    options: [
      user, shared, allUsers, .value("file", "path", .file, "Write the document to this file"),
      forceFile,
    ],
    choices: [oneOrAllNamespaces],
    examples: [
      CommandExample("swarmctl memory export starter --shared > shared.json", "keep a copy"),
      CommandExample(
        "swarmctl memory export starter --all-users --file starter-memory.json",
        "keep a copy of every memory"),
    ])

  private static let importMemory = CommandSpec(
    name: "import",
    alsoTriedAs: ["load", "restore", "upload"],
    summary: "Read memory back from a JSON document",
    discussion: [
      "Replaces the memory, after a question where there is one already. With --merge, adds the "
        + "entries whose ids are not there yet and names those that differ (exit 2).",
      "Any other JSON is taken as the whole memory of --user or --shared, which must then be given.",
    ],
    arguments: [
      swarm,
      ArgumentSpec("file", .file, .optional, "The document, or - for standard input (the default)"),
    ],
    options: [
      namedUser, shared, .flag("merge", "Add entries by id instead of replacing everything"), yes,
      dryRun, lockTimeout,
    ],
    choices: [oneNamespace],
    examples: [
      CommandExample("swarmctl memory import starter shared.json --shared", "put a copy back"),
      CommandExample("swarmctl memory import starter more.json --merge", "add to what is there"),
    ])

  private static let forget = CommandSpec(
    name: "forget",
    alsoTriedAs: ["gdpr", "erase-user"],
    summary: "Delete a user's memory everywhere, with a receipt",
    discussion: [
      "Deletes the user's memory in every swarm and in every place that can hold a copy, and "
        + "prints a receipt: path, entries, bytes and SHA-256 of each file. Without a terminal "
        + "nothing happens unless --yes is given. The user must be given in full: no prefixes.",
      "Finally every file under the root is searched for the GUID; exit 2 if it is still "
        + "somewhere. It cannot reach backups, the file system's own journal, or what agents wrote "
        + "elsewhere.",
    ],
    options: [
      .value("user", "guid|name", .user, "The user to forget", required: true), yes, dryRun,
      lockTimeout,
    ],
    examples: [
      CommandExample(
        "swarmctl memory forget --user \(entryExample) --dry-run", "see what is held"),
      CommandExample(
        "swarmctl memory forget --user \(entryExample) --yes -o json > receipt.json",
        "delete it and keep the receipt"),
    ])
}
