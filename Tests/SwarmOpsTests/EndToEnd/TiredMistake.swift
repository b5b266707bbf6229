import Testing

@testable import SwarmOps

/// One thing that a tired person types, and what the answer must say.
struct TiredMistake: Sendable, CustomTestStringConvertible {
  /// The words after `swarmctl`, as a shell reads them.
  let line: String
  let code: SwarmError.Code
  /// What is wrong, with what, and what to do next: all of it must be in the answer.
  let says: [String]

  var testDescription: String { line.isEmpty ? "(nothing)" : line }

  init(_ line: String, _ code: SwarmError.Code, _ says: String...) {
    (self.line, self.code, self.says) = (line, code, says)
  }

  private static let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  static let all = firstWeek + secondWeek + thirdWeek

  private static let firstWeek: [TiredMistake] = [
    // Commands and options
    TiredMistake("", .usage, "Usage: swarmctl", "quickstart"),
    TiredMistake("lst", .usage, "unknown command `lst`", "did you mean `swarmctl list`?"),
    TiredMistake("delete house", .usage, "`delete`", "did you mean `swarmctl remove`?"),
    TiredMistake("wipe house", .usage, "`wipe`", "did you mean `swarmctl memory wipe`?"),
    TiredMistake("memory", .usage, "`memory` needs a command", "show, search, add"),
    TiredMistake("memory delete house", .usage, "`delete`", "`swarmctl memory wipe`"),
    TiredMistake("help fly", .usage, "unknown command `fly`", "`swarmctl --help`"),
    TiredMistake("list --jsn", .usage, "`list` has no option `--jsn`", "did you mean `--json`?"),
    TiredMistake("list -o yaml", .usage, "`yaml`", "`-o`", "table, json, jsonl or name"),
    TiredMistake("list -o json -q", .usage, "`-o json` and `-q` contradict", "one of them"),
    TiredMistake("list house", .usage, "takes no arguments", "`house`", "usage: swarmctl list"),
    TiredMistake("--root", .usage, "`--root` needs a value", "<folder>", "--help"),
    TiredMistake("-root /tmp list", .usage, "unknown option `-root`", "did you mean `--root`?"),
    TiredMistake("–-json list", .usage, "long dash", "write `--json`"),
    TiredMistake("list --color maybe", .usage, "`maybe`", "auto, always or never"),
    TiredMistake("list --debug=yes", .usage, "`--debug` takes no value", "`yes`", "--help"),
    TiredMistake("list --root /dev/null", .setup, "/dev/null", "not a folder", "SWARMCTL_ROOT"),
    TiredMistake("quickstart now", .usage, "takes no arguments", "`now`", "usage:"),
    TiredMistake("completion", .usage, "bash, zsh or fish", "example:"),
    TiredMistake("completion powershell", .usage, "`powershell`", "bash, zsh or fish"),

    // Swarms
    TiredMistake("agents", .usage, "needs <swarm>", "swarmctl agents starter"),
    TiredMistake("agents hose", .noSuchSwarm, "\"hose\"", "did you mean \"house\"?"),
    TiredMistake("agents hou", .noSuchSwarm, "\"hou\"", "did you mean \"house\"?"),
    TiredMistake("inspect HOUSE", .noSuchSwarm, "\"HOUSE\"", "did you mean \"house\"?"),
    TiredMistake("agents twin", .ambiguous, "\"twin\" fits 2 swarms", "available:", "GUID"),
    TiredMistake("agents \(user)", .noSuchSwarm, user, "`swarmctl list`"),
    TiredMistake("doctor nothing", .noSuchSwarm, "\"nothing\"", "`swarmctl list`"),
    TiredMistake("export nothing", .noSuchSwarm, "\"nothing\"", "`swarmctl list`"),
    TiredMistake(
      "export house --file /nowhere/x.json", .io, "/nowhere/x.json", "no folder /nowhere",
      "make the folder"),
    TiredMistake("export house --folder bundle", .refused, "bundle is not empty", "a new or"),
    TiredMistake("rm", .usage, "`remove` needs <swarm>", "--dry-run"),
    TiredMistake("remove hous --yes", .noSuchSwarm, "\"hous\"", "did you mean \"house\"?"),
    TiredMistake("remove house", .confirmationRequired, "nothing was changed", "--yes"),

    // Deploying
    TiredMistake("deploy", .usage, "`deploy` needs <bundle>", "swarmctl deploy ./sales"),
    TiredMistake("deploy nowhere", .noSuchFile, "nowhere does not exist", "*.swarm.json"),
    TiredMistake("deploy empty", .badBundle, "empty holds no agent", "*_agent.py"),
    TiredMistake("deploy schema.swarm.json", .badBundle, "rapp-swarm/2.0", "rapp-swarm/1.0"),
    TiredMistake("deploy name.swarm.json", .badBundle, "name is a number", "string"),
    TiredMistake("deploy broken.swarm.json", .badBundle, "line 2, column 13", "missing ','"),
    TiredMistake("deploy escape.swarm.json", .badBundle, "../a_agent.py", "plain base name"),
    TiredMistake("deploy bundle/paint_agent.py", .badBundle, "Python file", "deploy the folder"),
    TiredMistake("deploy bundle --name twin", .ambiguous, "2 swarms", "--guid", "--new"),
    TiredMistake("deploy bundle --guid 123", .usage, "`123`", "a GUID such as"),
    TiredMistake("deploy bundle --guid \(user) --new", .usage, "contradict", "one of them"),
    TiredMistake("deploy bundle bundle", .usage, "nothing more", "usage:"),
    TiredMistake(
      "deploy need --name other", .agentNotLoadable, "none of the agents", "nonexistent_module",
      "--allow-broken"),
    TiredMistake("deploy bundle --strict --allow-broken", .usage, "contradict", "one of them"),
    TiredMistake("rollback house", .noSuchDeploy, "no earlier deploy", "the last 5 deploys"),
    TiredMistake("rollback house --to 7", .noSuchDeploy, "deploy 7", "is not kept"),
    TiredMistake("rollback house --to x", .usage, "`x`", "whole number"),
    TiredMistake("rename house need", .ambiguous, "another swarm is called \"need\""),
    TiredMistake("copy house", .usage, "needs <name>", "usage: swarmctl copy <swarm> <name>"),
    TiredMistake(
      "deploy need --strict", .badBundle, "need_agent.py", "nonexistent_module", "without --strict"
    ),

    // Running
    TiredMistake("run", .usage, "needs <swarm> and <agent>", "example:"),
    TiredMistake("run house", .usage, "needs <agent>", "usage: swarmctl run <swarm> <agent>"),
    TiredMistake("run house paint", .noSuchAgent, "\"paint\"", "did you mean \"Paint\"?"),
    TiredMistake("run house Pant colour=red", .noSuchAgent, "\"Pant\"", "did you mean \"Paint\"?"),
    TiredMistake("run house Paint", .badArgument, "\"colour\" is missing", "colour=<red|green>"),
    TiredMistake("run house Paint color=red", .badArgument, "\"color\" was given", "\"colour\""),
    TiredMistake("run house Paint colour=blue", .badArgument, "one of red, green", "\"blue\""),
    TiredMistake("run house Paint colour=reed", .badArgument, "did you mean \"red\"?"),
    TiredMistake("run house Paint colour red", .usage, "`colour`", "did you mean `colour=red`?"),
    TiredMistake("run house Paint colour: red", .usage, "did you mean `colour=red`?"),
    TiredMistake(
      "run house Paint colour=dark red", .usage, "`red`", "quote the whole value: colour="),
    TiredMistake("run house Paint colour=red coats=two", .badArgument, "an integer", "\"two\""),
    TiredMistake("run house Paint colour=red coats=9", .badArgument, "at most 3", "(got 9)"),
    TiredMistake("run house Paint colour=red dry=yes", .badArgument, "true or false", "\"yes\""),
    TiredMistake(
      "run house Paint colour=red walls=north", .badArgument, "an array", "walls:='[\"north\"]'"),
    TiredMistake("run house Paint colour:=red", .badArgument, "not JSON", "colour=text"),
    TiredMistake("run house Paint --args '{colour:red}'", .usage, "not JSON", "column 2", "--args"),
    TiredMistake("run house Paint --args @missing.json", .noSuchFile, "missing.json", "after @"),
    TiredMistake("run house Paint colour=red --user bob", .badUser, "\"bob\"", "--shared"),
    TiredMistake(
      "run house Paint colour=red --user 3f2504e0-4f89-41d3-9a0c-0305e82c330", .badUser,
      "3f2504e0-4f89-41d3-9a0c-0305e82c330", "8-4-4-4-12"),
    TiredMistake("run house Paint --user \(user) --shared", .usage, "contradict", "one of them"),
    TiredMistake("run house Paint --user", .usage, "`--user` needs a value", "--help"),
    TiredMistake("run house Paint --timeout soon", .usage, "`soon`", "30s"),
    TiredMistake(
      "run house Paint colour=red --python /no/python", .setup, "/no/python", "--python <path>"),
    TiredMistake(
      "run house Paint colour=red coats=3", .agentFailed, "ValueError: out of paint",
      "memory was not changed", "--debug"),
    TiredMistake("run need Need", .setup, "need_agent.py", "nonexistent_module", "--python"),
    TiredMistake("run --agent Paint --swarm house", .usage, "`--swarm`", "swarm=value"),

    // Memory and batches
    TiredMistake("memory wipe house", .usage, "needs one of", "--all-users", "usage:"),
    TiredMistake("memory forget", .usage, "needs --user <guid|name>", "usage:"),
    TiredMistake("users house --older-than 5", .usage, "`5`", "30d"),
    TiredMistake("batch --shard 9/8", .usage, "`9/8`", "2/8"),
    TiredMistake("batch --jobs 0", .usage, "`0`", "1 or more"),
    TiredMistake("context house --user me", .badUser, "\"me\"", "--shared"),
  ]

  /// What people type once they know the program a little, or know others well.
  private static let secondWeek: [TiredMistake] = [
    TiredMistake("agents house/", .noSuchSwarm, "\"house/\"", "did you mean \"house\"?"),
    TiredMistake("agents house.Paint", .noSuchSwarm, "`swarmctl run house Paint`"),
    TiredMistake("run house.Paint colour=red", .noSuchSwarm, "`swarmctl run house Paint`"),
    TiredMistake("run house/Paint x", .noSuchSwarm, "`swarmctl run house Paint`"),
    TiredMistake("run Paint house", .noSuchSwarm, "\"Paint\"", "`swarmctl run house Paint`"),
    TiredMistake("run house Paint -u \(user)", .usage, "`-u`", "did you mean `--user`?"),
    TiredMistake("run house Paint --as \(user)", .usage, "`--as`", "did you mean `--user`?"),
    TiredMistake("run house Paint colour = red", .usage, "without spaces", "`colour=…`"),
    TiredMistake("run house Paint colour=red --timeout 5 m", .usage, "`--timeout 5m`"),
    TiredMistake("run house Paint colour=red --user 3f25", .badUser, "\"3f25\"", "--shared"),
    TiredMistake("memory forget \(user)", .usage, "did you mean `--user \(user)`?"),
    TiredMistake("users \(user)", .noSuchSwarm, "`swarmctl users --user \(user)`"),
    TiredMistake("memory search tea", .usage, "needs <word>", "`tea` was taken for <swarm>"),
    TiredMistake("memory list house", .usage, "`list`", "`swarmctl memory show`"),
    TiredMistake("memory show house", .noSuchUser, "in swarm house", "`swarmctl users house`"),
    TiredMistake("memory show house --user ad", .badUser, "\"ad\"", "no name of a user"),
    TiredMistake("memory show house --user 3f25", .noSuchUser, "begins with \"3f25\""),
    TiredMistake("memory wipe house --user nobody --yes", .badUser, "\"nobody\"", "users names"),
    TiredMistake(
      "memory wipe house --user nobody --ignore-not-found", .badUser, "\"nobody\""),
    TiredMistake("remove house --force", .usage, "`--force`", "did you mean `--yes`?"),
    TiredMistake("rm -rf house", .usage, "`-rf`", "did you mean `--yes`?"),
    TiredMistake("remove nothing house --yes", .noSuchSwarm, "\"nothing\""),
    TiredMistake("list --format json", .usage, "`--format`", "did you mean `--output`?"),
    TiredMistake("list -v", .usage, "`-v`", "did you mean `--version`?"),
    TiredMistake("list --verbose", .usage, "`--verbose`", "did you mean `--debug`?"),
    TiredMistake("list --limt 3", .usage, "`--limt`", "did you mean `--limit`?"),
    TiredMistake("list --limit 0", .usage, "`0`", "1 or more"),
    TiredMistake("list --sort nam", .usage, "no field \"nam\"", "did you mean \"name\"?"),
    TiredMistake("list --filter name", .usage, "`name`", "key=value"),
    TiredMistake("list --filter colour=red", .usage, "no field \"colour\"", "swarm_guid"),
    TiredMistake("agents house --filter size=1", .usage, "no field \"size\"", "parameters"),
    TiredMistake("users --sort name", .usage, "`name`", "user, entries, bytes or modified"),
    TiredMistake("import lab.json", .usage, "`swarmctl deploy lab.json`", "memory import"),
    TiredMistake("user", .usage, "`user`", "`swarmctl users`"),
    TiredMistake("new notes", .usage, "`new`", "`swarmctl init`"),
    TiredMistake("stats", .usage, "`stats`", "`swarmctl report`"),
    TiredMistake("init", .usage, "`init` needs <folder>", "swarmctl init notes"),
    TiredMistake("init bundle", .refused, "is not empty", "nothing was changed"),
    TiredMistake("init bundle/paint_agent.py", .refused, "is no folder"),
    TiredMistake("deploy misnamed", .badBundle, "holds no agent", "rename tool.py"),
    TiredMistake(
      "deploy https://example.com/x.swarm.json", .noSuchFile,
      "`curl -fsSL https://example.com/x.swarm.json | swarmctl deploy -`"),
    TiredMistake(
      "export house --file bundle/paint_agent.py", .confirmationRequired, "exists", "--force"),
    TiredMistake("list --root=~nobody/x", .usage, "another user's home folder", "./~nobody/x"),
    TiredMistake(
      "list --root \"$SWARMCTL_ROOT/swarms/x\"", .setup, "lies inside another root", "--root"),
    TiredMistake("users name", .usage, "needs <name>", "swarmctl users name ada"),
    TiredMistake("users name abcdef12", .usage, "beginning of one"),
    TiredMistake("users name Shared", .usage, "calls without a user"),
    TiredMistake("users name ada someone", .usage, "`someone`", "a GUID such as"),
    TiredMistake("users name nobody --remove", .noSuchUser, "\"nobody\"", "users names"),
    TiredMistake("users names all", .usage, "takes no arguments", "`all`"),
    TiredMistake("report --html", .usage, "`--html` needs a value"),
    TiredMistake("report now", .usage, "takes no arguments", "`now`"),
    TiredMistake(
      "report --html bundle/paint_agent.py", .confirmationRequired, "exists", "--force"),
  ]

  /// What people type who look after swarms.
  private static let thirdWeek: [TiredMistake] = [
    TiredMistake("memory show house ada", .usage, "`ada`", "`--user ada`"),
    TiredMistake("memory edit house", .usage, "needs <entry>", "`house` was taken for <swarm>"),
    TiredMistake(
      "memory edit house x --content y", .noSuchUser, "in swarm house", "`swarmctl users house`"),
    TiredMistake("memory undo house", .noSuchVersion, "of shared in swarm house", "each change"),
    TiredMistake("memory undo house --to 0", .usage, "`0`", "number of a version"),
    TiredMistake("memory add house", .usage, "nothing to remember", "--value"),
    TiredMistake("memory add house x --importance 9", .usage, "`9`", "1, 2, 3, 4 or 5"),
    TiredMistake("memory add house x --value '{bad'", .usage, "not JSON", "column 2", "quotes"),
    TiredMistake("memory export house --all", .usage, "`--all`", "did you mean `--all-users`?"),
    TiredMistake("memory export house out.json", .usage, "`--file out.json`"),
    TiredMistake("memory import house missing.json --shared", .noSuchFile, "missing.json"),
    TiredMistake("memory import house bundle/paint_agent.py --shared", .badData, "not JSON"),
    TiredMistake("memory wipe house --user ada --shared", .usage, "contradict", "one of them"),
    TiredMistake("memory search house", .usage, "needs <word>", "example:"),
    TiredMistake("memory versions nothing", .noSuchSwarm, "\"nothing\"", "`swarmctl list`"),
    TiredMistake("snapshot house", .usage, "`house`", "create, list, remove, restore"),
    TiredMistake("snapshot create", .usage, "needs <swarm>", "before-import"),
    TiredMistake(
      "snapshot restore house --yes", .usage, "no snapshot of it", "`swarmctl snapshot list house`"),
    TiredMistake(
      "agents house@old", .noSuchSnapshot, "\"old\" of swarm house",
      "`swarmctl snapshot create house`"),
    TiredMistake("history house --since 12", .usage, "`12`", "12h"),
    TiredMistake("history house --since yesterday", .usage, "`yesterday`", "12h"),
    TiredMistake("copy house twin", .ambiguous, "\"twin\"", "made 20", "another name"),
    TiredMistake("rename house ''", .usage, "the name is empty", "another name"),
    TiredMistake("deploys nothing", .noSuchSwarm, "\"nothing\"", "`swarmctl list`"),
    TiredMistake("configure house --max-memory lots", .usage, "`lots`", "64KiB"),
    TiredMistake("configure house --allow-read /", .usage, "everything there is", "needs"),
    TiredMistake("batch nofile.jsonl", .noSuchFile, "nofile.jsonl", "JSON lines"),
    TiredMistake("batch house calls.jsonl", .usage, "`calls.jsonl`", "usage:"),
    TiredMistake("mcp house --print-config emacs", .usage, "`emacs`", "claude, vscode"),
    TiredMistake("mcp house --agents Pant", .noSuchAgent, "\"Pant\"", "did you mean \"Paint\"?"),
    TiredMistake("doctor --repair", .usage, "`--repair`", "did you mean `--fix`?"),
    TiredMistake("report --html /nowhere/x.html", .io, "no folder /nowhere", "make the folder"),
    TiredMistake("agents house --tool", .usage, "`--tool`", "did you mean `--tools`?"),
    TiredMistake("completion bash zsh", .usage, "`zsh`", "usage:"),
    TiredMistake("help run house", .usage, "`run` has no command `house`", "--help"),
    TiredMistake("quickstart --user x", .usage, "`--user` belongs to", "`run`"),
    TiredMistake("run house Paint --sandbox none", .usage, "`none`", "standard, strict or off"),
    TiredMistake("run house Paint colour=red --max-disk 5x", .usage, "`5x`", "1MB"),
    TiredMistake("run house Paint @args.json", .usage, "`--args @args.json`"),
    TiredMistake("run house Paint '{\"colour\": \"red\"}'", .usage, "`--args '{"),
    TiredMistake("run house Paint colour=red,green", .badArgument, "one of red, green"),
    TiredMistake("run house Paint --user=", .badUser, "empty value", "variable of the shell"),
    TiredMistake("export house lab.json", .usage, "did you mean `--file lab.json`?"),
    TiredMistake("deploy bundle house2", .usage, "did you mean `--name house2`?"),
    TiredMistake("remove house --recursive", .usage, "did you mean `--yes`?"),
    TiredMistake("logs house", .usage, "`logs`", "`swarmctl history`"),
    TiredMistake("seal house --yes", .usage, "`--yes` belongs to", "lists its options"),
  ]
}
