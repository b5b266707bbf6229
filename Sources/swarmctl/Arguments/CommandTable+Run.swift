extension CommandTable {
  static let runCommands: [CommandSpec] = [run, batch, context, mcp]

  private static let run = CommandSpec(
    name: "run",
    alsoTriedAs: ["exec", "call", "invoke", "execute", "ask", "perform", "chat"],
    group: .run,
    summary: "Run an agent of a swarm",
    discussion: [
      "Prints what the agent returns, and nothing else, on standard output; what it prints while "
        + "working goes to standard error.",
      "Arguments are key=value, read as the type that the agent's schema says, or key:=json. They "
        + "are checked before anything runs. A value may begin with - or @ and contain =.",
      "A name that the schema does not know is refused where it is near one that it knows, where it "
        + "means a user (say --user), and with --strict-args; else it is passed on with a warning.",
      "A run is a transaction: the memory changes as a whole when the agent returns, and not at "
        + "all when it fails, takes too long or is stopped.",
    ],
    arguments: [
      swarm,
      ArgumentSpec("agent", .agent, "Name of the agent"),
      ArgumentSpec(
        "key=value", .agentArgument, .repeatedOptional,
        "Arguments of the agent: key=value or key:=json"),
    ],
    options: [
      user, shared,
      .value(
        "args", "json", .json,
        "All arguments as one JSON object: the JSON itself, @file, or - for standard input"),
      strictArguments, noValidate, timeout, lockTimeout, python,
    ] + sandbox,
    choices: [oneNamespace, oneStrictness],
    examples: [
      CommandExample(
        "swarmctl run starter SaveMemory memory_type=fact content='Likes tea'",
        "save to the shared memory"),
      CommandExample(
        "swarmctl run starter RecallMemory --user 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "recall as one user"),
      CommandExample(
        "swarmctl run starter SaveMemory memory_type=task content=Call tags:='[\"work\"]' -o json",
        "pass a list as JSON and get the answer as JSON"),
    ])

  private static let batch = CommandSpec(
    name: "batch",
    alsoTriedAs: ["bulk", "pipe", "serve", "stream"],
    group: .run,
    summary: "Run many calls: JSON lines in, JSON lines out",
    discussion: [
      "A request is {\"id\": any, \"swarm\": …, \"name\": …, \"args\": {…}, \"user_guid\": …}; its "
        + "answer is what `run -o json` prints, with the id. Each answer is written as soon as its "
        + "call is done. Calls on one memory keep their order; others run side by side.",
      "A bad line is answered with an error and its line number, and the rest goes on. Exit 1 if "
        + "any call failed.",
    ],
    arguments: [
      ArgumentSpec("file", .file, .optional, "Requests, or - for standard input (the default)")
    ],
    options: [
      .value(
        "jobs", "count", .count(atLeast: 1), "How many calls run side by side",
        defaultNote: "the number of cores"),
      .flag("ordered", "Answer in the order of the requests"),
      .flag("fail-fast", "Start no further call after the first failure"),
      .value(
        "resume", "log", .file,
        "Keep a log of answered lines, and skip those that it already holds"),
      .value("shard", "i/n", .shard, "Take only the i-th of n equal parts of the memories"),
      .flag("copies-on-disk", "Let agents work on copies below the root, never in memory"),
      noValidate, timeout, lockTimeout, python,
    ] + sandbox,
    examples: [
      CommandExample("swarmctl batch calls.jsonl > answers.jsonl", "run a file of calls"),
      CommandExample(
        "swarmctl batch calls.jsonl --resume calls.log", "go on where an earlier run was cut off"),
      CommandExample("swarmctl batch calls.jsonl --shard 2/8", "do one part of eight"),
    ])

  private static let context = CommandSpec(
    name: "context",
    alsoTriedAs: ["prompt", "system", "soul"],
    group: .run,
    summary: "Show what the agents add to the system prompt",
    discussion: ["Prints what every agent's system_context() says for a user."],
    arguments: [swarm],
    options: [user, shared, timeout, lockTimeout, python] + sandbox,
    choices: [oneNamespace],
    examples: [
      CommandExample("swarmctl context starter", "for calls without a user"),
      CommandExample(
        "swarmctl context starter --user 3f2504e0-4f89-41d3-9a0c-0305e82c3301", "for one user"),
    ])

  private static let mcp = CommandSpec(
    name: "mcp",
    alsoTriedAs: ["server", "tools", "connect", "stdio"],
    group: .run,
    summary: "Serve a swarm to a chat program, as one user (Model Context Protocol)",
    discussion: [
      "Each agent is a tool, the soul is the instructions and the prompt \"soul\", and the memory is "
        + "the resource rapp://memory. A chat program starts this command and talks to it on standard "
        + "input and output; swarm and user are fixed here, and nothing that it says can name others.",
      "A call is what `run` does: the memory changes as a whole or not at all. Everything ends with "
        + "the end of the input.",
    ],
    arguments: [swarm],
    options: [
      user, shared,
      .value(
        "agents", "names", .text, "Show these agents alone, with commas between", repeatable: true),
      .value(
        "print-config", "client",
        .choice(MCPClientConfiguration.Client.allCases.map(\.rawValue)),
        "Print what to paste into a chat program's configuration, and serve nothing"),
      timeout, lockTimeout, python,
    ] + sandbox,
    choices: [oneNamespace],
    examples: [
      CommandExample(
        "swarmctl mcp starter --user 3f2504e0-4f89-41d3-9a0c-0305e82c3301 --print-config claude",
        "what Claude must be told"),
      CommandExample(
        "swarmctl mcp starter --shared --agents RecallMemory",
        "serve one agent and the shared memory"),
    ])
}
