extension CommandTable {
  static let careCommands: [CommandSpec] = [doctor, report, rootLocks, completion, help]

  private static let doctor = CommandSpec(
    name: "doctor",
    alsoTriedAs: ["check", "verify", "fsck", "diagnose", "repair", "fix"],
    group: .care,
    summary: "Find what is wrong and say how to fix it",
    discussion: [
      "Checks Python, the root and every swarm, or one swarm. Exit 2 if there are findings."
    ],
    arguments: [
      ArgumentSpec("swarm", .swarm, .optional, "GUID, prefix of one, or name of the swarm")
    ],
    options: [
      .flag("fix", "Fix what is safe to fix, and say what was done")
        .alsoTried(as: ["repair", "mend"]),
      python,
    ],
    examples: [
      CommandExample("swarmctl doctor", "check everything"),
      CommandExample("swarmctl doctor --fix", "fix what is safe"),
    ])

  private static let report = CommandSpec(
    name: "report",
    alsoTriedAs: ["stats", "dashboard", "overview", "summary"],
    group: .care,
    summary: "Show the whole root at a glance",
    discussion: [
      "Counts swarms, users and memory, and says what doctor finds. With --html, writes one page "
        + "with plots that opens from disk and loads nothing from elsewhere. What memory says is "
        + "not in it, unless --with-content puts it there."
    ],
    options: [
      .value("html", "file", .file, "Write a page to this file, or - for standard output"),
      .flag("with-content", "Show what memory says as well"), forceFile,
    ],
    examples: [
      CommandExample("swarmctl report", "see how much there is"),
      CommandExample("swarmctl report --html report.html --force", "make a page, for a browser"),
    ])

  private static let rootLocks = CommandSpec(
    name: "root",
    alsoTriedAs: ["lock", "locks", "share", "lease", "leases"],
    group: .care,
    summary: "Show how the root is locked, or let several machines share it",
    discussion: [
      "A root on SMB (such as Azure Files) or NFS that several machines use is made a shared one once, "
        + "with --shared. Its locks are then leases, files that whoever holds one renews: those hold "
        + "between machines, where the kernel's locks do not. Every process reads this from the root. "
        + "Calls take longer.",
      "Nothing else may use the root while this is changed; a swarm that is in use refuses it.",
    ],
    options: [
      .flag("shared", "Use leases: several machines share the root"),
      .flag("local", "Use the kernel's locks: one machine uses the root, as each new one"),
      swarmLockTimeout,
    ],
    choices: [OptionChoice(names: ["shared", "local"])],
    examples: [
      CommandExample("swarmctl root", "see how the root is locked"),
      CommandExample(
        "swarmctl root --shared", "let several machines share a root"),
    ])

  private static let completion = CommandSpec(
    name: "completion",
    alsoTriedAs: ["completions", "autocomplete"],
    group: .care,
    summary: "Print a shell's completion script",
    discussion: [
      "The script completes commands, options, swarms, agents, their arguments, and users. It asks "
        + "swarmctl at each press of Tab, so it never has to be renewed, and Python is not started.",
      "For good, with bash: swarmctl completion bash > "
        + "~/.local/share/bash-completion/completions/swarmctl (needs the package bash-completion); "
        + "with zsh: swarmctl completion zsh > \"${fpath[1]}/_swarmctl\"; "
        + "with fish: swarmctl completion fish > ~/.config/fish/completions/swarmctl.fish",
    ],
    arguments: [ArgumentSpec("shell", .choice(CompletionScript.shells), "The shell")],
    examples: [
      CommandExample("source <(swarmctl completion bash)", "complete words in this bash"),
      CommandExample("source <(swarmctl completion zsh)", "complete words in this zsh"),
      CommandExample("swarmctl completion fish | source", "complete words in this fish"),
    ])

  private static let help = CommandSpec(
    name: "help",
    alsoTriedAs: ["man", "usage", "commands"],
    group: .care,
    summary: "Show help about a command",
    discussion: ["With --json, prints every command and option as data."],
    arguments: [
      ArgumentSpec("command", .command, .repeatedOptional, "The command, such as memory wipe")
    ],
    options: [.flag("man", "Print the manual page of all commands, for the man program")],
    examples: [
      CommandExample("swarmctl help memory wipe", "read about one command"),
      CommandExample("swarmctl help --man > swarmctl.1", "make a page for the man program"),
      CommandExample("swarmctl help --json", "get every command as data"),
    ])
}
