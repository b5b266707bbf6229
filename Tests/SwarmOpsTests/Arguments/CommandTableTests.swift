import Testing

@testable import swarmctl

/// A command that does something, with its path.
struct Leaf: Sendable, CustomTestStringConvertible {
  var command: CommandSpec
  var path: [String]
  var testDescription: String { path.joined(separator: " ") }

  static let all = CommandTable.root.leaves().map { Leaf(command: $0.command, path: $0.path) }
}

@Suite struct CommandTableTests {
  /// A value of the right form for an option or argument.
  private func sample(_ kind: ValueKind) -> String {
    switch kind {
    case .choice(let choices): choices[0]
    case .duration: "1m"
    case .bytes: "1MB"
    case .age: "1d"
    case .count, .version: "2"
    case .guid: "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    case .shard: "1/2"
    case .agentArgument: "key=value"
    case .command: "memory"
    case .text, .file, .folder, .swarm, .snapshot, .agent, .user, .entry, .json: "word"
    }
  }

  /// The fewest words with which a command is complete, given one option.
  private func line(_ leaf: Leaf, with option: OptionSpec?) -> [String] {
    var needed = leaf.command.options.filter { $0.required && $0.name != option?.name }
    for choice in leaf.command.choices where choice.required {
      let excluded = leaf.command.choices.filter(\.exclusive).filter { group in
        option.map { group.names.contains($0.name) } ?? false
      }.flatMap(\.names)
      if let option, choice.names.contains(option.name) { continue }
      let free = choice.names.first { !excluded.contains($0) }
      needed += leaf.command.options.filter { $0.name == free }
    }
    let options = needed + (option.map { [$0] } ?? [])
    return leaf.path
      + leaf.command.arguments.filter(\.arity.isRequired).map { sample($0.kind) }
      + options.flatMap { option in
        ["--\(option.name)"] + (option.value.map { [sample($0.kind)] } ?? [])
      }
  }

  @Test(arguments: Leaf.all)
  func everyCommandTakesEachOfItsOptions(leaf: Leaf) throws {
    for option in [nil] + leaf.command.options.map(Optional.some) {
      let words = line(leaf, with: option)
      let parsed = try ArgumentParser.parse(words, environment: [:])
      #expect(parsed.path == leaf.path)
      if let option { #expect(parsed.given(option) != nil, "\(words)") }
    }
  }

  @Test(arguments: Leaf.all)
  func everyCommandTakesEachGlobalOption(leaf: Leaf) throws {
    for option in CommandTable.globalOptions {
      let parsed = try ArgumentParser.parse(line(leaf, with: option), environment: [:])
      #expect(parsed.path == leaf.path)
    }
  }

  @Test(arguments: Leaf.all)
  func everyNameAndAliasLeadsToItsCommand(leaf: Leaf) throws {
    for name in [leaf.command.name] + leaf.command.aliases {
      let path = Array(leaf.path.dropLast()) + [name]
      #expect(try #require(CommandTable.root.find(path)).path == leaf.path)
    }
  }

  @Test func anOptionNameMeansTheSameFormEverywhere() {
    var takesValue: [String: Bool] = [:]
    var letters: [Character: String] = [:]
    for option in CommandTable.globalOptions + Leaf.all.flatMap(\.command.options) {
      // `memory show --version 3`: a number after it tells it from the flag.
      if option.value?.kind == .version, option.name == "version" { continue }
      #expect(takesValue[option.name] ?? (option.value != nil) == (option.value != nil))
      takesValue[option.name] = option.value != nil
      if let letter = option.short {
        #expect(letters[letter] ?? option.name == option.name)
        letters[letter] = option.name
      }
    }
  }

  @Test func everyDefaultIsOfTheRightForm() {
    for option in CommandTable.globalOptions + Leaf.all.flatMap(\.command.options) {
      guard let text = option.defaultValue, let kind = option.value?.kind else { continue }
      #expect(kind.complaint(about: text) == nil, "--\(option.name)")
    }
  }

  @Test(arguments: Leaf.all)
  func everyCommandHasASummaryAGroupAndExamplesThatParse(leaf: Leaf) throws {
    #expect(!leaf.command.summary.isEmpty && !leaf.command.summary.hasSuffix("."))
    #expect(leaf.path.count > 1 || leaf.command.group != nil)
    #expect(!leaf.command.examples.isEmpty)
    for example in leaf.command.examples {
      let parsed = try ArgumentParser.parse(shellWords(example.command), environment: [:])
      #expect(parsed.path == leaf.path, "\(example.command)")
    }
  }

  @Test(arguments: Leaf.all)
  func choicesNameOptionsThatExist(leaf: Leaf) {
    for name in leaf.command.choices.flatMap(\.names) {
      #expect(leaf.command.options.contains { $0.name == name }, "\(name)")
    }
  }

  /// The words that a shell would pass to swarmctl in an example.
  private func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quoted = false
    for character in line {
      switch character {
      case "'": quoted.toggle()
      case " " where !quoted, ")" where !quoted:
        words.append(word)
        word = ""
      default: word.append(character)
      }
    }
    words.append(word)
    let start = words.firstIndex { $0.hasSuffix("swarmctl") } ?? words.startIndex
    return Array(
      words[start...].dropFirst().prefix { ![">", "<", "|"].contains($0) }.filter { !$0.isEmpty })
  }
}
