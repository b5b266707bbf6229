import SwarmOps

/// Turns the words of a command line into a checked command.
///
/// Pure: it reads no file and no
/// environment, and asks nobody.
enum ArgumentParser {
  /// What is thrown for a command line without a command, so that the caller can show help instead.
  static let noCommand = SwarmError(
    .usage, "no command was given",
    hint: "`swarmctl quickstart` shows a swarm at work; `swarmctl --help` lists every command")

  /// Reads a command line.
  ///
  /// `--help` and `--version` win over every mistake: then ``ParsedArguments/command`` is what help
  /// is asked about and nothing else was checked.
  ///
  /// - Parameters:
  ///   - words: The command line without the program's name.
  ///   - table: The root of the command table.
  ///   - environment: The environment's variables, for options that have one.
  /// - Returns: The command with its words and options, all of the right form.
  /// - Throws: A `SwarmError` of code `usage` (or `badUser`), hint included; ``noCommand`` where
  ///   there is no command.
  static func parse(
    _ words: [String], table: CommandSpec = CommandTable.root, environment: [String: String]
  ) throws(SwarmError) -> ParsedArguments {
    try parse(CommandLineWords(words, table: table), table: table, environment: environment)
  }

  /// Reads a command line whose words were told apart already.
  static func parse(
    _ line: CommandLineWords, table: CommandSpec = CommandTable.root, environment: [String: String]
  ) throws(SwarmError) -> ParsedArguments {
    let (command, path, rest) = resolve(line.positionals, table: table)

    if line.has("help") || line.hasFlag("version") {
      let global = GlobalOptions(
        format: requestedFormat(in: line), wantsHelp: line.has("help"),
        wantsVersion: !line.has("help"))
      return ParsedArguments(command: command, path: path, positionals: [], global: global)
    }

    let wording = MistakeWording(table: table, command: command, path: path)
    if command.isGroup {
      // The value of a mistyped option would be taken for a command.
      if line.beginsWithMistake, let mistake = line.firstMistake {
        throw wording.error(for: mistake)
      }
      if let unknown = rest.first {
        throw wording.unknownCommand(unknown, before: rest.dropFirst().first)
      }
      if let mistake = line.firstMistake { throw wording.error(for: mistake) }
      throw path.isEmpty ? noCommand : wording.missingSubcommand()
    }
    if let mistake = line.firstMistake { throw wording.error(for: mistake) }
    if let stranger = line.options.first(where: { !wording.takes($0.option) }) {
      throw wording.foreignOption(stranger)
    }

    var parsed = ParsedArguments(
      command: command, path: path, positionals: Array(rest), global: GlobalOptions())
    if command.arguments.isEmpty, let word = rest.first, wording.belonging(word, line) != nil {
      throw wording.extraArgument(word, on: line)
    }
    parsed.values = try values(line.options, table.options + command.options, environment, wording)
    try checkChoices(line, command, wording)
    try checkPositionals(rest, command, line, wording)
    if command.arguments.first?.kind == .command { try checkCommandName(rest, table) }
    parsed.global = try globalOptions(parsed, line, wording)
    return parsed
  }

  /// The format that a command line asks for, as far as can be told, even if the rest is wrong.
  ///
  /// Where it asks for several, JSON wins: then a program is reading.
  static func requestedFormat(
    in words: [String], table: CommandSpec = CommandTable.root
  ) -> OutputFormat {
    requestedFormat(in: CommandLineWords(words, table: table))
  }

  /// What a command line says about colour, as far as can be told, even if the rest is wrong.
  static func requestedColor(
    in words: [String], table: CommandSpec = CommandTable.root
  ) -> ColorChoice {
    requestedColor(in: CommandLineWords(words, table: table))
  }

  /// What a command line says about format and colour, as far as can be told, even if the rest is
  /// wrong.
  static func requested(in line: CommandLineWords) -> GlobalOptions {
    GlobalOptions(format: requestedFormat(in: line), color: requestedColor(in: line))
  }

  private static func requestedColor(in line: CommandLineWords) -> ColorChoice {
    line.options.last { $0.option.name == "color" }?.value
      .flatMap(ColorChoice.init(rawValue:)) ?? .auto
  }

  private static func requestedFormat(in line: CommandLineWords) -> OutputFormat {
    let output = line.options.last { $0.option.name == "output" }?.value
    let format = output.flatMap { OutputFormat(rawValue: $0.lowercased()) }
    if format == .json || line.has("json") { return .json }
    if format == .jsonl { return .jsonl }
    return line.has("quiet") ? .name : format ?? .table
  }

  /// Follows the table as far as the words name commands.
  private static func resolve(
    _ words: [String], table: CommandSpec
  ) -> (command: CommandSpec, path: [String], rest: ArraySlice<String>) {
    var command = table
    var path: [String] = []
    var rest = words[...]
    while let word = rest.first, let next = command.subcommand(named: word) {
      command = next
      path.append(next.name)
      rest.removeFirst()
    }
    return (command, path, rest)
  }

  /// Gathers each option's values: the command line, then the environment, then the default.
  private static func values(
    _ given: [CommandLineWords.Given], _ options: [OptionSpec], _ environment: [String: String],
    _ wording: MistakeWording
  ) throws(SwarmError) -> [String: (texts: [String], source: ParsedArguments.Source)] {
    var values: [String: (texts: [String], source: ParsedArguments.Source)] = [:]
    for occurrence in given {
      // A name may take other values in another command.
      let option =
        options.first {
          $0.name == occurrence.option.name && ($0.value == nil) == (occurrence.value == nil)
        } ?? occurrence.option
      guard let text = occurrence.value, let kind = option.value?.kind else {
        values[option.name] = ([], .commandLine)
        continue
      }
      if let error = wording.wrongValue(text, kind: kind, subject: occurrence.spelling) {
        throw error
      }
      let earlier = option.repeatable ? values[option.name]?.texts ?? [] : []
      values[option.name] = (earlier + [text], .commandLine)
    }
    for option in options where values[option.name] == nil {
      if let variable = option.environment, let text = environment[variable], !text.isEmpty,
        let kind = option.value?.kind
      {
        if let error = wording.wrongValue(text, kind: kind, subject: variable) { throw error }
        values[option.name] = ([text], .environment)
      } else if let text = option.defaultValue {
        values[option.name] = ([text], .defaultValue)
      } else if option.required {
        throw wording.missingOption([option.name])
      }
    }
    return values
  }

  private static func checkChoices(
    _ line: CommandLineWords, _ command: CommandSpec, _ wording: MistakeWording
  ) throws(SwarmError) {
    for choice in command.choices {
      let given = choice.names.filter(line.has)
      if choice.exclusive, given.count > 1 { throw wording.contradiction(given.map { "--\($0)" }) }
      if choice.required, given.isEmpty { throw wording.missingOption(choice.names) }
    }
  }

  private static func checkPositionals(
    _ words: ArraySlice<String>, _ command: CommandSpec, _ line: CommandLineWords,
    _ wording: MistakeWording
  ) throws(SwarmError) {
    var rest = words
    var missing: [ArgumentSpec] = []
    for argument in command.arguments {
      if rest.isEmpty, argument.arity.isRequired { missing.append(argument) }
      var previous: String?
      while let word = rest.first {
        rest.removeFirst()
        if argument.kind == .agentArgument {
          if argument.kind.complaint(about: word) != nil {
            if let meant = wording.belonging(word, line) {
              var error = wording.notAnAgentArgument(word, after: previous, before: rest.first)
              error.hint = .text(meant)
              throw error
            }
            throw wording.notAnAgentArgument(word, after: previous, before: rest.first)
          }
        } else if let error = wording.wrongArgument(word, argument) {
          throw error
        }
        previous = word
        if !argument.arity.isRepeated { break }
      }
    }
    if !missing.isEmpty { throw wording.missingArguments(missing, given: Array(words)) }
    if let extra = rest.first { throw wording.extraArgument(extra, on: line) }
  }

  private static func checkCommandName(
    _ words: ArraySlice<String>, _ table: CommandSpec
  ) throws(SwarmError) {
    let (command, path, rest) = resolve(Array(words), table: table)
    guard let unknown = rest.first else { return }
    throw MistakeWording(table: table, command: command, path: path).unknownCommand(unknown)
  }

  private static func globalOptions(
    _ parsed: ParsedArguments, _ line: CommandLineWords, _ wording: MistakeWording
  ) throws(SwarmError) -> GlobalOptions {
    var requests: [(spelling: String, format: OutputFormat)] = []
    if parsed.source(of: .output) == .commandLine {
      requests.append(("-o \(parsed[.output].rawValue)", parsed[.output]))
    }
    if parsed[.json] { requests.append(("--json", .json)) }
    if parsed[.quiet] { requests.append(("-q", .name)) }
    if let first = requests.first,
      let other = requests.first(where: { $0.format != first.format })
    {
      throw wording.contradiction([first.spelling, other.spelling])
    }
    return GlobalOptions(
      root: parsed[.root],
      format: requests.first?.format ?? parsed[.output],
      noInput: parsed[.noInput],
      color: parsed[.color],
      debug: parsed[.debug])
  }
}
