import SwarmOps

/// Says what is wrong with a command line, with which word, and what would be right.
struct MistakeWording {
  var table: CommandSpec
  /// The command as far as it was understood; the root where there is none.
  var command: CommandSpec
  var path: [String]

  /// `swarmctl memory wipe` for people to type.
  private var name: String { (["swarmctl"] + path).joined(separator: " ") }

  private var shortName: String { path.isEmpty ? "swarmctl" : path.joined(separator: " ") }

  private var usage: String { "usage: \(HelpText.usage(of: command, path: path))" }

  private func error(_ message: String, _ hint: String?...) -> SwarmError {
    let lines = hint.compactMap { $0 }
    return SwarmError(
      .usage, message, hint: lines.isEmpty ? nil : .text(lines.joined(separator: "\n")))
  }

  /// Whether an option may be given with the command.
  func takes(_ option: OptionSpec) -> Bool {
    (table.options + command.options).contains { $0.name == option.name }
  }

  // MARK: Commands

  func unknownCommand(_ word: String, before next: String? = nil) -> SwarmError {
    let word = word.shortened
    let message =
      path.isEmpty ? "unknown command `\(word)`" : "`\(shortName)` has no command `\(word)`"
    let listing = "`\(name) --help` lists the commands"
    guard let meant = meantCommand(word) else {
      let names = command.subcommands.filter { !$0.hidden }.map(\.name)
      var error = error(message, listing)
      error.available = names
      return error
    }
    // `import lab.json` may be a bundle as well as memory.
    if path.isEmpty, let next, next.hasSuffix(".json"), meant.hasSuffix(" import") {
      return error(
        message, "a bundle is deployed: `swarmctl deploy \(next.shortened)`",
        "memory is imported: `swarmctl memory import <swarm> \(next.shortened)`")
    }
    return error(message, "did you mean `\(meant)`?")
  }

  /// The command line that a wrong word was meant to begin.
  private func meantCommand(_ word: String) -> String? {
    let lowered = word.lowercased()
    let visible = command.subcommands.filter { !$0.hidden }
    if lowered == "version", path.isEmpty { return "swarmctl --version" }
    if let spec = visible.first(where: { $0.alsoTriedAs.contains(lowered) }) {
      return "\(name) \(spec.name)"
    }
    let everywhere = table.leaves().filter { !$0.command.hidden }
    // `import` is nearer to `export` by its letters than by what is meant.
    if path.isEmpty, let exact = everywhere.first(where: { $0.command.name == lowered }) {
      return "swarmctl \(exact.path.joined(separator: " "))"
    }
    let closest =
      Suggestion.closest(to: word, among: visible.map(\.name))
      ?? Suggestion.closest(to: word, among: visible.flatMap(\.aliases))
    if let closest { return "\(name) \(closest)" }
    // `swarmctl memory users`: right words in the wrong place.
    let elsewhere =
      everywhere.first { $0.command.name == lowered }
      ?? everywhere.first { $0.command.alsoTriedAs.contains(lowered) }
    return elsewhere.map { "swarmctl \($0.path.joined(separator: " "))" }
  }

  func missingSubcommand() -> SwarmError {
    let names = command.subcommands.filter { !$0.hidden }.map(\.name)
    return error(
      "`\(shortName)` needs a command: \(ValueKind.list(names))",
      "`\(name) --help` says what each does")
  }

  // MARK: Options

  func error(for mistake: CommandLineWords.Mistake) -> SwarmError {
    switch mistake {
    case .unknownOption(let word):
      return unknownOption(word)
    case .missingValue(let option, let spelling, let next):
      let next = next?.shortened
      let placeholder = option.placeholder ?? ""
      let note: String? =
        if let next, next != "--" {
          "`\(next)` was read as an option; a value like that is written `--\(option.name)=\(next)`"
        } else {
          nil
        }
      return error(
        "`\(spelling)` needs a value: \(spelling) \(placeholder)", note, reading)
    case .valueForFlag(let option, let value):
      return error("`--\(option.name)` takes no value, but `\(value.shortened)` was given", reading)
    case .typographicDash(let word, let option):
      return error(
        "`\(word.shortened)` begins with a long dash instead of two hyphens", "write `\(option)`")
    }
  }

  private var reading: String {
    path.isEmpty ? "`swarmctl --help` lists the options" : "`\(name) --help` lists its options"
  }

  private func unknownOption(_ word: String) -> SwarmError {
    let shown = String(word.prefix { $0 != "=" }).shortened
    let typed = String(shown.drop { $0 == "-" })
    let names = (command.options + table.options).map(\.name)
    var meant: String?
    // `-json`, `--Json`, `--dry_run`
    let spelled = String(typed.lowercased().map { $0 == "_" ? "-" : $0 })
    if names.contains(spelled) {
      meant = spelled
    } else if let other = (command.options + table.options).first(where: {
      $0.alsoTriedAs.contains(typed) || $0.alsoTriedAs.contains(spelled)
    }) {
      meant = other.name
    } else if word.hasPrefix("--") {
      meant = Suggestion.closest(to: spelled, among: names)
    }
    let agentArgument: String? =
      command.arguments.contains { $0.kind == .agentArgument } && !typed.isEmpty
      ? "an argument of the agent is written `\(typed)=value`; "
        + "after `--`, words are no options"
      : nil
    return error(
      path.isEmpty ? "unknown option `\(shown)`" : "`\(shortName)` has no option `\(shown)`",
      meant.map { "did you mean `--\($0)`?" }, agentArgument, meant == nil ? reading : nil)
  }

  func foreignOption(_ given: CommandLineWords.Given) -> SwarmError {
    let owners = table.leaves()
      .filter { owner in
        !owner.command.hidden && owner.command.options.contains { $0.name == given.option.name }
      }
      .map { "`\($0.path.joined(separator: " "))`" }
    if let meant = command.options.first(where: {
      $0.alsoTriedAs.contains(given.option.name)
    }) {
      return error(
        "`\(shortName)` has no option `\(given.spelling)`", "did you mean `--\(meant.name)`?")
    }
    let shown = owners.count > 4 ? Array(owners.prefix(4)) + ["others"] : owners
    return error(
      "`\(shortName)` has no option `\(given.spelling)`",
      "`\(given.spelling)` belongs to \(ValueKind.list(shown, last: "and"))", reading)
  }

  func contradiction(_ spellings: [String]) -> SwarmError {
    let names = spellings.map { "`\($0)`" }
    return error("\(ValueKind.list(names, last: "and")) contradict each other", "give one of them")
  }

  func missingOption(_ names: [String]) -> SwarmError {
    let shown = names.map { name in
      let placeholder = command.options.first { $0.name == name }?.placeholder
      return placeholder.map { "--\(name) \($0)" } ?? "--\(name)"
    }
    let count = names.count == 1 ? "" : "one of "
    return error("`\(shortName)` needs \(count)\(ValueKind.list(shown))", usage)
  }

  /// Says what is wrong with an option's value, or nil when it is right.
  ///
  /// - Parameters:
  ///   - text: The value.
  ///   - kind: What it must be.
  ///   - subject: The option as typed, or the environment variable.
  /// - Returns: The error to throw.
  func wrongValue(_ text: String, kind: ValueKind, subject: String) -> SwarmError? {
    if text.isEmpty {
      var error = error(
        "`\(subject)` was given an empty value", "is a variable of the shell unset?")
      if kind == .user { error.code = .badUser }
      return error
    }
    guard let complaint = kind.complaint(about: text) else { return nil }
    return error(
      "`\(text.shortened)` is not right for `\(subject)`: it \(complaint)", choiceMeant(text, kind))
  }

  private func choiceMeant(_ text: String, _ kind: ValueKind) -> String? {
    guard case .choice(let choices) = kind else { return nil }
    return Suggestion.closest(to: text, among: choices).map { "did you mean `\($0)`?" }
  }

  // MARK: Positional arguments

  func wrongArgument(_ text: String, _ argument: ArgumentSpec) -> SwarmError? {
    if text.isEmpty {
      // Names are looked up later, and an empty one is nobody's.
      switch argument.kind {
      case .text, .swarm, .agent, .command: return nil
      default:
        return error(
          "<\(argument.name)> was given an empty value", "is a variable of the shell unset?", usage)
      }
    }
    return argument.kind.complaint(about: text).map { complaint in
      error(
        "`\(text.shortened)` is not right for <\(argument.name)>: it \(complaint)",
        choiceMeant(text, argument.kind), usage)
    }
  }

  func notAnAgentArgument(_ word: String, after previous: String?, before next: String?)
    -> SwarmError
  {
    let (word, next) = (word.shortened, next?.shortened)
    // `colour red` and `colour: red`
    let name = word.hasSuffix(":") ? String(word.dropLast()) : word
    if next == "=" {
      return error(
        "`\(word)` is not an argument of the agent: it must be key=value without spaces",
        "did you mean `\(word)=…`?", usage)
    }
    if previous == nil, let next, !next.contains("="), !name.isEmpty {
      return error(
        "`\(word)` is not an argument of the agent: it must be key=value or key:=json",
        "did you mean `\(name)=\(next)`?", usage)
    }
    // `content = tea`
    if word == "=", let previous, let next, !previous.contains("=") {
      return error(
        "`=` stands alone: an argument of the agent is key=value without spaces",
        "did you mean `\(previous)=\(next)`?", usage)
    }
    let key = previous.map { String($0.prefix { $0 != "=" && $0 != ":" }).shortened }
    return error(
      "`\(word)` is not an argument of the agent: it must be key=value or key:=json",
      key.map { "if it belongs to `\($0)`, quote the whole value: \($0)='… \(word)'" },
      usage)
  }

  func missingArguments(_ missing: [ArgumentSpec], given: [String] = []) -> SwarmError {
    let names = missing.map { argument in
      if case .choice(let choices) = argument.kind { return ValueKind.list(choices) }
      return "<\(argument.name)>"
    }
    return error(
      "`\(shortName)` needs \(ValueKind.list(names, last: "and"))",
      given.first.flatMap { word in
        command.arguments.first.map { "`\(word.shortened)` was taken for <\($0.name)>" }
      }, usage,
      command.examples.first.map { "example: \($0.command)" })
  }

  /// Says that a word is too many.
  ///
  /// - Parameter line: The command line, for what the word may belong to.
  func extraArgument(_ word: String, on line: CommandLineWords) -> SwarmError {
    let hint = belonging(word, line)
    let word = word.shortened
    let taken = command.arguments.map(\.usage).joined(separator: " ")
    return error(
      command.arguments.isEmpty
        ? "`\(shortName)` takes no arguments, but `\(word)` was given"
        : "`\(shortName)` takes \(taken) and nothing more, but `\(word)` was given",
      hint, usage)
  }

  /// What a word that is too many was meant to be.
  func belonging(_ word: String, _ line: CommandLineWords) -> String? {
    // `--timeout 5 m`
    if ["ms", "s", "m", "min", "h", "d", "w"].contains(word),
      let option = line.options.last(where: { given in
        given.option.value?.kind == .duration && given.value.flatMap { Int($0) } != nil
      }), let value = option.value
    {
      return "did you mean `\(option.spelling) \(value)\(word)`?"
    }
    func takes(_ name: String) -> Bool { command.options.contains { $0.name == name } }
    if ValueReader.isGUID(word), takes("user") { return "did you mean `--user \(word)`?" }
    let isAgentArgument = command.arguments.contains { $0.kind == .agentArgument }
    let shown = word.shortened
    if isAgentArgument {
      if word.hasPrefix("@") { return "did you mean `--args \(shown)`?" }
      if word.hasPrefix("{") { return "did you mean `--args '\(shown)'`?" }
      return nil
    }
    // `export lab lab.json`, `deploy ./lab lab`, `memory show lab ada`
    if takes("file"), word.contains(".") || word.contains("/") {
      return "did you mean `--file \(shown)`?"
    }
    if takes("name"), takes("guid") { return "did you mean `--name \(shown)`?" }
    if takes("user"), takes("shared") { return "a user is given as `--user \(shown)`" }
    return nil
  }
}
