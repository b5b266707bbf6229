extension CommandTable {
  static let startCommands: [CommandSpec] = [
    CommandSpec(
      name: "quickstart",
      alsoTriedAs: ["start", "demo", "setup", "tutorial"],
      group: .start,
      summary: "Deploy the starter swarm and run its agents for two users",
      discussion: [
        "Deploys the built-in swarm (SaveMemory, RecallMemory), saves and recalls for two users, "
          + "and prints each command as it goes."
      ],
      options: [python],
      examples: [
        CommandExample("swarmctl quickstart", "see a swarm at work in a minute"),
        CommandExample(
          "swarmctl quickstart --root /tmp/try-swarm", "try it in a folder that you can delete"),
      ]),
    CommandSpec(
      name: "init",
      alsoTriedAs: ["new", "scaffold", "template"],
      group: .start,
      summary: "Make a bundle to begin with",
      discussion: [
        "Makes a folder with a manifest, a soul, one agent with memory, and a test that runs with "
          + "plain python3. Files that are there already are never changed."
      ],
      arguments: [ArgumentSpec("folder", .folder, "The folder to make; its name names the swarm")],
      examples: [
        CommandExample("swarmctl init notes", "make a bundle")
      ]),
  ]

  static let swarmCommands: [CommandSpec] = [
    deploy, deploys, rollback, list, inspect, configure, agents, requirements, export, rename, copy,
    remove,
  ]

  private static let deploy = CommandSpec(
    name: "deploy",
    alsoTriedAs: ["create", "install", "apply", "push", "add", "load", "up", "update"],
    group: .swarms,
    summary: "Create or update a swarm from a bundle",
    discussion: [
      "A bundle is one *.swarm.json file, a folder with *_agent.py files, or - for JSON on "
        + "standard input. The swarm changes as a whole or not at all, and memory is never touched.",
      "With a GUID, in the bundle or by --guid, that swarm is created or updated. Without one, the "
        + "swarm of the bundle's name is updated, or a new one is made if there is none.",
      "Every agent is loaded once. Those that fail are reported as warnings. Where an agent that "
        + "loaded before would no longer load, or none loads, the deploy is refused, with --strict "
        + "where any fails; --allow-broken deploys it anyway.",
      "Files that were made in the swarm's agents folder since the last deploy are deleted only "
        + "with --yes, and so are all agents if a bundle of the same name comes from another place. "
        + "The last five deploys are kept: see `swarmctl deploys` and `swarmctl rollback`.",
    ],
    arguments: [
      ArgumentSpec("bundle", .file, "A bundle's file or folder, or - for standard input")
    ],
    options: [
      .value("guid", "guid", .guid, "Create or update the swarm with this GUID"),
      .value("name", "name", .text, "Name the swarm this instead of the bundle's name"),
      .flag("new", "Always make a new swarm"),
      .flag("strict", "Refuse the deploy if an agent does not load"),
      allowBroken,
      .flag("diff", "Show what would change and change nothing; exit 2 if something would"),
      yes,
      dryRun,
      .value(
        "python", "path", .file,
        "The Python interpreter that runs this swarm's agents, remembered with the swarm",
        defaultNote: "python3 on the path", environment: "SWARMCTL_PYTHON"),
      swarmLockTimeout,
    ] + sandbox,
    choices: [
      OptionChoice(names: ["guid", "new"]), OptionChoice(names: ["strict", "allow-broken"]),
    ],
    examples: [
      CommandExample("swarmctl deploy ./sales", "deploy a folder of agents"),
      CommandExample("swarmctl deploy ./sales --diff", "see what a deploy would change"),
      CommandExample("swarmctl deploy sales.swarm.json --dry-run", "check it, change nothing"),
      CommandExample("swarmctl deploy - --strict < sales.swarm.json", "deploy in a CI job"),
    ])

  private static let allowBroken = OptionSpec.flag(
    "allow-broken", "Deploy even if agents that load now would no longer load")

  private static let deploys = CommandSpec(
    name: "deploys",
    alsoTriedAs: ["revisions", "releases"],
    group: .swarms,
    summary: "List the deploys of a swarm that are kept",
    discussion: [
      "The last five are kept, including the current one, which has a star. They contain agents "
        + "and manifest, never memory."
    ],
    arguments: [swarm],
    examples: [
      CommandExample("swarmctl deploys starter", "see what a rollback could bring back")
    ])

  private static let rollback = CommandSpec(
    name: "rollback",
    alsoTriedAs: ["undo", "revert", "restore"],
    group: .swarms,
    summary: "Deploy an earlier deploy of a swarm again",
    discussion: [
      "Without --to it is the deploy before the current one, so a second rollback undoes the first. "
        + "It is a deploy like any other: it is checked in the same way and has a number of its own, "
        + "and it does not touch memory."
    ],
    arguments: [ArgumentSpec("swarm", .swarm, "GUID in full, or name, of the swarm")],
    options: [
      .value(
        "to", "deploy", .count(atLeast: 1), "The number of the deploy, as `deploys` lists it",
        defaultNote: "the one before the current one"),
      allowBroken, yes, dryRun,
      .value(
        "python", "path", .file,
        "The Python interpreter that runs this swarm's agents, remembered with the swarm",
        defaultNote: "python3 on the path", environment: "SWARMCTL_PYTHON"),
      swarmLockTimeout,
    ],
    examples: [
      CommandExample("swarmctl rollback sales", "undo the last deploy"),
      CommandExample("swarmctl rollback sales --to 3 --dry-run", "check an older one"),
    ])

  private static let rename = CommandSpec(
    name: "rename",
    alsoTriedAs: ["mv"],
    group: .swarms,
    summary: "Give a swarm another name",
    discussion: [
      "GUID, agents and memory stay the same. A name that another swarm has is refused."
    ],
    arguments: [swarm, ArgumentSpec("name", .text, "The new name")],
    options: [dryRun, swarmLockTimeout],
    examples: [CommandExample("swarmctl rename sales sales-old", "make room for another one")])

  private static let copy = CommandSpec(
    name: "copy",
    aliases: ["cp"],
    alsoTriedAs: ["clone", "duplicate", "fork"],
    group: .swarms,
    summary: "Copy a swarm under another name",
    discussion: [
      "The copy has a GUID of its own. --memory also copies every user's memory, each as a call "
        + "left it. The copy appears completely or not at all."
    ],
    arguments: [swarm, ArgumentSpec("name", .text, "The copy's name")],
    options: [
      .flag("memory", "Copy all memory as well"), dryRun, lockTimeout,
    ],
    examples: [
      CommandExample("swarmctl copy sales sales-test", "try other agents beside the first ones"),
      CommandExample("swarmctl copy sales sales-full --memory", "and with everybody's memory"),
    ])

  private static let list = CommandSpec(
    name: "list",
    aliases: ["ls"],
    alsoTriedAs: ["ps", "get", "swarms", "show", "status"],
    group: .swarms,
    summary: "List the swarms",
    discussion: ["Shows name, GUID, agents, users, bytes of memory, and last use of each swarm."],
    options: rows,
    examples: [
      CommandExample("swarmctl list", "see all swarms"),
      CommandExample("swarmctl list -q", "print GUIDs alone, for scripts"),
    ])

  private static let inspect = CommandSpec(
    name: "inspect",
    alsoTriedAs: ["describe", "info", "details", "cat"],
    group: .swarms,
    summary: "Show everything about a swarm",
    discussion: ["Prints the manifest, the soul, the agents and where everything is on disk."],
    arguments: [
      ArgumentSpec("swarm", .swarm, .repeated, "GUIDs, prefixes or names of swarms")
    ],
    examples: [
      CommandExample("swarmctl inspect starter", "read about one swarm"),
      CommandExample("swarmctl inspect starter -o json", "the same for a program"),
    ])

  private static let configure = CommandSpec(
    name: "configure",
    alsoTriedAs: ["config", "set", "settings", "allow"],
    group: .swarms,
    summary: "Keep what a swarm's agents may do",
    discussion: [
      "Stores options of the sandbox with the swarm, for all of its calls. Without options, shows "
        + "what is stored. An option replaces the stored one; options of a single call are added. They "
        + "belong to this machine: bundles and exports do not contain them."
    ],
    arguments: [swarm],
    options: sandbox + [
      .flag("reset", "Forget everything that was kept first"), swarmLockTimeout,
    ],
    examples: [
      CommandExample("swarmctl configure starter", "see what is kept"),
      CommandExample(
        "swarmctl configure starter --allow-read ~/notes --pass-env API_KEY",
        "let all agents of a swarm read notes, and see a key"),
      CommandExample("swarmctl configure starter --reset", "go back to what all swarms have"),
    ])

  private static let agents = CommandSpec(
    name: "agents",
    alsoTriedAs: ["agent", "tools", "functions"],
    group: .swarms,
    summary: "List the agents of a swarm",
    discussion: [
      "Shows name, description, parameters and load state of each agent. With --tools, prints the "
        + "array that the OpenAI API takes as tools."
    ],
    arguments: [swarm],
    options: [
      .flag("tools", "Print the OpenAI tools array"),
      .flag("check", "Load every agent anew; exit 2 if one fails"),
      python,
    ] + sandbox + rows,
    choices: [OptionChoice(names: ["tools", "check"])],
    examples: [
      CommandExample("swarmctl agents starter", "see what a swarm can do"),
      CommandExample("swarmctl agents starter --tools > tools.json", "hand it to a model"),
      CommandExample("swarmctl agents starter --check", "check in CI that everything loads"),
    ])

  private static let requirements = CommandSpec(
    name: "requirements",
    alsoTriedAs: ["requires", "packages", "dependencies", "deps", "pip"],
    group: .swarms,
    summary: "List the packages that a swarm's agents need",
    discussion: [
      "Prints what the agents declare and what they import beyond Python's own modules, as a "
        + "requirements file. Sources are read and nothing is executed or installed.",
      "An import is listed by the name that installers know: bs4 as beautifulsoup4, yaml as PyYAML. "
        + "Addresses and options that a file declares are left out, with a warning.",
    ],
    arguments: [swarm],
    options: [lockTimeout, python],
    examples: [
      CommandExample("swarmctl requirements starter", "see what a swarm needs"),
      CommandExample(
        "swarmctl requirements starter > requirements.txt", "keep it as a requirements file"),
    ])

  private static let export = CommandSpec(
    name: "export",
    alsoTriedAs: ["save", "backup", "dump", "pull"],
    group: .swarms,
    summary: "Write a swarm's bundle",
    discussion: [
      "Prints the bundle as JSON unless --file or --folder says where to write it. Deploying it "
        + "gives the same swarm. Memory is not in it: see `swarmctl memory export`."
    ],
    arguments: [swarm],
    options: [
      .value("file", "path", .file, "Write the JSON to this file"), forceFile,
      .value("folder", "path", .folder, "Write an unpacked bundle to this new folder"),
    ],
    choices: [OptionChoice(names: ["file", "folder"])],
    examples: [
      CommandExample("swarmctl export starter > starter.swarm.json", "keep a swarm as one file"),
      CommandExample("swarmctl export starter --folder ./starter", "unpack it to edit the agents"),
    ])

  private static let remove = CommandSpec(
    name: "remove",
    aliases: ["rm"],
    alsoTriedAs: ["delete", "del", "destroy", "uninstall", "undeploy", "down"],
    group: .swarms,
    summary: "Remove swarms and all memory in them",
    discussion: [
      "Lists what it will delete and asks for the swarm's name. Without a terminal nothing happens unless "
        + "--yes is given. A GUID must be given in full, or the name: no prefixes."
    ],
    arguments: [
      ArgumentSpec("swarm", .swarm, .repeated, "GUIDs in full, or names, of swarms")
    ],
    options: [yes, dryRun, ignoreNotFound, swarmLockTimeout],
    examples: [
      CommandExample("swarmctl remove starter --dry-run", "see what would be deleted"),
      CommandExample("swarmctl remove starter --yes", "remove it in a script"),
    ])
}
