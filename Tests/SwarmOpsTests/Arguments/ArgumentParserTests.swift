import SwarmOps
import Testing

@testable import swarmctl

@Suite struct ArgumentParserTests {
  private func parse(
    _ line: String, _ environment: [String: String] = [:]
  ) throws(SwarmError) -> ParsedArguments {
    try ArgumentParser.parse(
      line.split(separator: " ").map(String.init), environment: environment)
  }

  @Test(arguments: [
    "--user U run s a", "run --user U s a", "run s --user=U a", "run s a --user U",
    "run s a --user=U", "run --user U -- s a",
  ])
  func optionsStandAnywhere(line: String) throws {
    let parsed = try parse(line)
    #expect(parsed.path == ["run"])
    #expect(parsed.positionals == ["s", "a"])
    #expect(parsed[.user] == "U")
  }

  @Test(arguments: [
    ("list", OutputFormat.table), ("list -o json", .json), ("list -ojson", .json),
    ("list -o=json", .json), ("list --output jsonl", .jsonl), ("list --output=name", .name),
    ("list --json", .json), ("-q list", .name), ("--json list -o json", .json),
    ("list -o json -o table", .table),
  ])
  func formatIsReadInEverySpelling(line: String, format: OutputFormat) throws {
    #expect(try parse(line).global.format == format)
  }

  @Test func aliasesLeadToTheirCommand() throws {
    #expect(try parse("ls").path == ["list"])
    #expect(try parse("rm s").path == ["remove"])
  }

  @Test func clusteredLettersAreOptionsEach() throws {
    let parsed = try parse("memory wipe s --shared -yqoname")
    #expect(parsed[.yes])
    #expect(parsed.global.format == .name)
  }

  @Test func lastOfRepeatedValuesWinsUnlessAllCount() throws {
    #expect(try parse("run s a --timeout 1 --timeout 2")[.timeout] == .seconds(2))
    #expect(try parse("memory wipe s --entry 1 --entry 2")[.entryIDs] == ["1", "2"])
  }

  @Test func agentArgumentsMayHoldAnything() throws {
    let words = ["run", "s", "a", "x=-1", "y=@f", "z==a=b", "w:=[1]", "v=--help", "u="]
    let parsed = try ArgumentParser.parse(words, environment: [:])
    #expect(parsed.positionals == Array(words.dropFirst()))
  }

  @Test func wordsAfterTwoDashesAreNoOptions() throws {
    let parsed = try parse("inspect -- --json -h --")
    #expect(parsed.positionals == ["--json", "-h", "--"])
    #expect(parsed.global.format == .table)
    #expect(!parsed.global.wantsHelp)
  }

  @Test func dashAloneAndEmptyWordsArePositionals() throws {
    #expect(try parse("deploy -").positionals == ["-"])
    #expect(try ArgumentParser.parse(["inspect", ""], environment: [:]).positionals == [""])
    #expect(try parse("run s a --args -")[.arguments] == "-")
  }

  @Test func flagThenEnvironmentThenDefault() throws {
    let environment = ["SWARMCTL_ROOT": "/env", "SWARMCTL_PYTHON": "/py"]
    let fromFlag = try parse("run s a --root /flag --python /p", environment)
    #expect(fromFlag.global.root == "/flag")
    #expect(fromFlag.source(of: .python) == .commandLine)
    let fromEnvironment = try parse("run s a", environment)
    #expect(fromEnvironment.global.root == "/env")
    #expect(fromEnvironment[.python] == "/py")
    #expect(fromEnvironment.source(of: .python) == .environment)
    let fromDefault = try parse("run s a", ["SWARMCTL_ROOT": ""])
    #expect(fromDefault.global.root == nil)
    #expect(fromDefault[.timeout] == .seconds(300))
    #expect(fromDefault.source(of: .timeout) == .defaultValue)
  }

  @Test(arguments: [
    ("--help", []), ("-h", []), ("run --help", ["run"]), ("memory wipe -h", ["memory", "wipe"]),
    ("run --nonsense --help", ["run"]), ("nonsense -h", []), ("list -qh", ["list"]),
    ("run s a --timeout 5x --help", ["run"]), ("run s a --user --help", ["run"]),
    ("--help --version", []),
  ])
  func helpWinsOverEveryMistake(line: String, path: [String]) throws {
    let parsed = try parse(line)
    #expect(parsed.global.wantsHelp)
    #expect(!parsed.global.wantsVersion)
    #expect(parsed.path == path)
  }

  @Test func versionWinsOverEveryMistake() throws {
    #expect(try parse("--version").global.wantsVersion)
    #expect(try parse("nonsense --version --worse").global.wantsVersion)
  }

  @Test func helpAsAnAttachedValueIsNoHelp() throws {
    let parsed = try parse("deploy b --name=--help")
    #expect(!parsed.global.wantsHelp)
    #expect(parsed[.name] == "--help")
  }

  @Test(arguments: [
    ("lst --json", OutputFormat.json), ("run s --user -o json", .json), ("-ojsonl nope", .jsonl),
    ("list -q --json", .json), ("list -q", .name), ("list -o nope", .table),
    ("list -- --json", .table), ("run s a x=--json", .table), ("list -o JSON", .json), ("", .table),
  ])
  func requestedFormatIsKnownWhenParsingFails(line: String, format: OutputFormat) {
    let words = line.split(separator: " ").map(String.init)
    #expect(ArgumentParser.requestedFormat(in: words) == format)
  }

  @Test(arguments: [
    ("lst --color never", ColorChoice.never), ("--color=always run --bad", .always),
    ("list --color x", .auto), ("list -- --color never", .auto), ("", .auto),
  ])
  func requestedColourIsKnownWhenParsingFails(line: String, color: ColorChoice) {
    let words = line.split(separator: " ").map(String.init)
    #expect(ArgumentParser.requestedColor(in: words) == color)
  }

  @Test func nothingAtAllIsNoCommand() {
    #expect(throws: ArgumentParser.noCommand) { try parse("") }
    #expect(throws: ArgumentParser.noCommand) { try parse("--json") }
  }
}
