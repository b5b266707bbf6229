import SwarmOps
import Testing

@testable import swarmctl

/// A command line that is wrong, and words that its answer must contain.
struct Mistake: Sendable, CustomTestStringConvertible {
  var words: [String]
  var message: String
  var hint: String?
  var code = SwarmError.Code.usage
  var environment: [String: String] = [:]

  init(_ line: String, _ message: String, _ hint: String?) {
    words = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
    self.message = message
    self.hint = hint
  }

  var testDescription: String { "swarmctl \(words.joined(separator: " "))" }
}

@Suite struct MistakeWordingTests {
  @Test(arguments: [
    Mistake("lst", "unknown command `lst`", "`swarmctl list`"),
    Mistake("delete s", "unknown command `delete`", "`swarmctl remove`"),
    Mistake("wipe s", "unknown command `wipe`", "`swarmctl memory wipe`"),
    Mistake("version", "unknown command `version`", "`swarmctl --version`"),
    Mistake("qqqq", "unknown command `qqqq`", "`swarmctl --help`"),
    Mistake("memory", "`memory` needs a command: show, search", "`swarmctl memory --help`"),
    Mistake("memory delete s", "`memory` has no command `delete`", "`swarmctl memory wipe`"),
    Mistake("help memry", "unknown command `memry`", "`swarmctl memory`"),
    Mistake("help memory wpie", "`memory` has no command `wpie`", "`swarmctl memory wipe`"),
    Mistake("--jsno list", "`list` has no option `--jsno`", "`--json`"),
    Mistake("--nope", "unknown option `--nope`", "`swarmctl --help`"),
    Mistake("list -json", "no option `-json`", "`--json`"),
    Mistake("list -z", "no option `-z`", "`swarmctl list --help`"),
    Mistake("list --Output json", "no option `--Output`", "`--output`"),
    Mistake("deploy b --dry_run", "no option `--dry_run`", "`--dry-run`"),
    Mistake("list --user x", "`list` has no option `--user`", "belongs to `run`"),
    Mistake("list -y", "`list` has no option `-y`", "belongs to"),
    Mistake("run s a --memory_type fact", "no option `--memory_type`", "`memory_type=value`"),
    Mistake("run s a -x=1", "no option `-x`", "`x=value`"),
    Mistake("run s a -5", "no option `-5`", "`5=value`"),
    Mistake("list —json", "long dash", "`--json`"),
    Mistake("list --json=yes", "`--json` takes no value", nil),
    Mistake("run s a --timeout", "`--timeout` needs a value: --timeout <duration>", nil),
    Mistake("run s a --user --json", "`--user` needs a value", "`--user=--json`"),
    Mistake("run s a --user -- x", "`--user` needs a value", nil),
    Mistake("run s a --timeout 5x", "`5x` is not right for `--timeout`: it must be a dur", nil),
    Mistake("users --older-than 6m", "must be an age with its unit", nil),
    Mistake("users --larger-than big", "must be a size", nil),
    Mistake("batch --jobs 0", "must be a whole number, 1 or more", nil),
    Mistake("batch --shard 0/3", "must be i/n", nil),
    Mistake("deploy b --guid abc", "must be a GUID such as", nil),
    Mistake("deploy b --name ''", "`--name` was given an empty value", "unset"),
    Mistake("list -o jsom", "must be table, json, jsonl or name", "`json`"),
    Mistake("list -q --json", "`--json` and `-q` contradict each other", "one of them"),
    Mistake("run s a --user u --shared", "`--user` and `--shared` contradict", nil),
    Mistake("deploy b --new --guid 3f2504e0-4f89-41d3-9a0c-0305e82c3301", "contradict", nil),
    Mistake("memory wipe s", "`memory wipe` needs one of --user <guid|name>, --shared", "usage: "),
    Mistake("memory forget", "`memory forget` needs --user <guid|name>", "usage: "),
    Mistake("run", "`run` needs <swarm> and <agent>", "usage: swarmctl run <swarm> <agent>"),
    Mistake("run s", "`run` needs <agent>", "example: "),
    Mistake("deploy", "`deploy` needs <bundle>", "usage: "),
    Mistake("completion", "`completion` needs bash, zsh or fish", "usage: "),
    Mistake("completion ''", "<shell> was given an empty value", "unset"),
    Mistake("deploy ''", "<bundle> was given an empty value", "unset"),
    Mistake("completion bsh", "must be bash, zsh or fish", "`bash`"),
    Mistake("list foo", "`list` takes no arguments, but `foo` was given", "usage: "),
    Mistake("context a b", "`context` takes <swarm> and nothing more, but `b`", "usage: "),
    Mistake("run s a hello", "`hello` is not an argument of the agent", "usage: "),
    Mistake("run s a c=likes tea", "`tea` is not an argument of the agent", "c='… tea'"),
    Mistake("run s a =x", "`=x` is not an argument of the agent", nil),
    Mistake("run s a :=x", "`:=x` is not an argument of the agent", nil),
    Mistake("run s a -- --x", "`--x` is not an argument of the agent", nil),
  ])
  func everyMistakeSaysWhatIsWrongAndWhatNext(mistake: Mistake) throws {
    let error = try #require(throws: SwarmError.self) {
      try ArgumentParser.parse(mistake.words, environment: [:])
    }
    #expect(error.code == .usage)
    #expect(error.message.contains(mistake.message), "\(error.message)")
    if let hint = mistake.hint {
      #expect(error.hint?.plainText?.contains(hint) == true, "\(String(describing: error.hint))")
    }
    #expect(error.hint != "")
  }

  @Test func anEmptyUserIsABadUserAndNeverShared() throws {
    let error = try #require(throws: SwarmError.self) {
      try ArgumentParser.parse(["run", "s", "a", "--user", ""], environment: [:])
    }
    #expect(error.code == .badUser)
  }

  @Test func anUnguessableCommandListsThoseThatExist() throws {
    let error = try #require(throws: SwarmError.self) {
      try ArgumentParser.parse(["qqqq"], environment: [:])
    }
    #expect(error.available == CommandTable.root.subcommands.map(\.name))
  }
}
