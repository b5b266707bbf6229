/// Renders help for people from the command table.
enum HelpText {
  /// The width of help that is not written to a terminal, and the widest on one.
  static let standardWidth = 80

  /// Help for a command, a group of commands or the root.
  ///
  /// - Parameters:
  ///   - command: The command, group or root.
  ///   - path: Its names; empty for the root.
  ///   - table: The root of the command table.
  ///   - width: The width of the terminal.
  /// - Returns: The text, ended by a newline.
  static func text(
    for command: CommandSpec, path: [String], table: CommandSpec = CommandTable.root,
    width: Int = standardWidth
  ) -> String {
    let width = min(max(width, 40), 100)
    if path.isEmpty { return rootText(table, width: width) }
    var sections = [
      TextLayout.paragraph("\(command.summary).", width: width),
      "Usage: \(usage(of: command, path: path))\n",
    ]
    if !command.aliases.isEmpty {
      sections.append("Also: \(command.aliases.joined(separator: ", "))\n")
    }
    sections += command.discussion.map { TextLayout.paragraph($0, width: width) }
    let children = command.subcommands.filter { !$0.hidden }
    if !children.isEmpty {
      sections.append(
        "Commands:\n"
          + TextLayout.definitions(children.map { ($0.name, $0.summary) }, width: width))
    }
    if !command.arguments.isEmpty {
      sections.append(
        "Arguments:\n"
          + TextLayout.definitions(
            command.arguments.map { ("<\($0.name)>", details(of: $0)) }, width: width))
    }
    if !command.options.isEmpty {
      sections.append("Options:\n" + options(command.options, width: width))
    }
    sections.append(
      "Global options:\n"
        + TextLayout.paragraph(
          table.options.map { option in
            option.short.map { "-\($0)/--\(option.name)" } ?? "--\(option.name)"
          }.joined(separator: ", "), width: width, indent: 2))
    if !command.examples.isEmpty {
      sections.append("Examples:\n" + examples(command.examples, width: width))
    }
    let advice =
      children.isEmpty
      ? "`swarmctl --help` explains the global options."
      : "`swarmctl help \(path.joined(separator: " ")) <command>` says more about one."
    return sections.joined(separator: "\n") + "\n\(advice)\n"
  }

  /// What `swarmctl` alone prints: how to call it and the commands.
  static func short(table: CommandSpec = CommandTable.root, width: Int = standardWidth) -> String {
    let width = min(max(width, 40), 100)
    let groups = CommandSpec.Group.allCases.compactMap { group -> String? in
      let rows = table.subcommands.filter { $0.group == group && !$0.hidden }
        .map { (term: $0.name, text: $0.summary) }
      guard !rows.isEmpty else { return nil }
      return "\(group.rawValue):\n" + TextLayout.definitions(rows, termWidth: 12, width: width)
    }
    return (["Usage: \(usage(of: table, path: []))\n"] + groups).joined(separator: "\n")
  }

  /// The usage line of a command, without "usage:".
  static func usage(of command: CommandSpec, path: [String]) -> String {
    var words = ["swarmctl"] + path
    if command.isGroup { return (words + ["<command>", "…"]).joined(separator: " ") }
    words += command.arguments.map(\.usage)
    let named = Dictionary(
      command.options.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    func spelled(_ option: OptionSpec) -> String {
      option.placeholder.map { "--\(option.name) \($0)" } ?? "--\(option.name)"
    }
    words += command.options.filter(\.required).map(spelled)
    for choice in command.choices where choice.required {
      let alternatives = choice.names.compactMap { named[$0].map(spelled) }
      words.append("(\(alternatives.joined(separator: " | ")))")
    }
    if command.options.contains(where: { !$0.required }) { words.append("[options]") }
    return words.joined(separator: " ")
  }

  /// The summary of an option with its default, its variable and whether it repeats.
  static func details(of option: OptionSpec) -> String {
    var notes: [String] = []
    if option.required { notes.append("required") }
    if let value = option.defaultValue ?? option.defaultNote { notes.append("default: \(value)") }
    if let variable = option.environment { notes.append("or \(variable)") }
    return notes.isEmpty
      ? option.summary : "\(option.summary) (\(notes.joined(separator: "; ")))"
  }

  /// The summary of an argument with the words that it takes.
  static func details(of argument: ArgumentSpec) -> String {
    guard case .choice(let choices) = argument.kind else { return argument.summary }
    return "\(argument.summary): \(ValueKind.list(choices))"
  }

  private static func rootText(_ table: CommandSpec, width: Int) -> String {
    let sections =
      [TextLayout.paragraph("\(table.summary).", width: width), short(table: table, width: width)]
      + table.discussion.map { TextLayout.paragraph($0, width: width) } + [
        "Global options:\n" + options(table.options, width: width),
        "Values:\n"
          + TextLayout.definitions(
            HelpManPage.valueForms.map { ("<\($0.name)>", $0.text) }, width: width),
        "Examples:\n" + examples(table.examples, width: width),
      ]
    return sections.joined(separator: "\n")
      + "\n`swarmctl help <command>` says more about one command.\n"
  }

  private static func options(_ options: [OptionSpec], width: Int) -> String {
    TextLayout.definitions(options.map { ($0.usage, details(of: $0)) }, width: width)
  }

  private static func examples(_ examples: [CommandExample], width: Int) -> String {
    examples.map { example in
      "  # \(example.explanation)\n  \(example.command)\n"
    }.joined()
  }
}
