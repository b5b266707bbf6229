/// Renders the command table as a manual page in `man` macros (man(7)).
enum HelpManPage {
  /// The page `swarmctl(1)`.
  ///
  /// - Parameters:
  ///   - table: The root of the command table.
  ///   - version: The version for the footer.
  /// - Returns: The page's source, ended by a newline.
  static func page(table: CommandSpec = CommandTable.root, version: String) -> String {
    var page = """
      .TH SWARMCTL 1 "" "swarmctl \(escaped(version))" "User Commands"
      .SH NAME
      swarmctl \\- \(escaped(lowercasedStart(table.summary)))
      .SH SYNOPSIS
      .B swarmctl
      \\fIcommand\\fR ...
      .SH DESCRIPTION

      """
    page += paragraphs(table.discussion)
    page += ".SH GLOBAL OPTIONS\n" + options(table.options)
    page += ".SH COMMANDS\n"
    for (command, path) in table.leaves() where !command.hidden {
      page += ".SS \"\(escaped(path.joined(separator: " ")))\"\n"
      page += line("\(command.summary).")
      page += ".PP\n.nf\n\(line(HelpText.usage(of: command, path: path))).fi\n"
      page += paragraphs(command.discussion)
      for argument in command.arguments {
        page += ".TP\n\\fI\(escaped(argument.name))\\fR\n\(line(HelpText.details(of: argument)))"
      }
      page += options(command.options)
      if !command.examples.isEmpty { page += ".PP\nExamples:\n" }
      for example in command.examples {
        page += ".PP\n\(line("\(example.explanation):")).PP\n.nf\n.RS\n"
        page += "\(line(example.command)).RE\n.fi\n"
      }
    }
    return page + values + environment(table) + files + exitStatus
  }

  /// How values are written, for all options at once.
  static let valueForms: [(name: String, text: String)] = [
    (
      "duration",
      "A span of time such as 30s, 5m, 1h30m or 500ms; a plain number is seconds."
    ),
    (
      "age",
      "How long ago, with its unit: 90min, 12h, 30d, 2w, 1y. m is too short for minutes here."
    ),
    ("size", "Bytes, or a number with kB, MB, GB (powers of 1000) or KiB, MiB, GiB (of 1024)."),
    (
      "swarm",
      "A GUID, a prefix of one of four characters or more, or a name. Where something is destroyed, a "
        + "GUID in full or a name."
    ),
    (
      "user",
      "A GUID or a name that `swarmctl users name` gave; a prefix where memory is only read."
    ),
  ]

  private static let values =
    ".SH VALUES\n"
    + valueForms.map { ".TP\n\\fI\(escaped($0.name))\\fR\n\(line($0.text))" }.joined()

  private static func environment(_ table: CommandSpec) -> String {
    var seen: Set<String> = []
    var rows: [(String, String)] = []
    for option in table.options + table.leaves().flatMap(\.command.options) {
      guard let name = option.environment, seen.insert(name).inserted else { continue }
      rows.append((name, "Used where --\(option.name) is not given. \(option.summary)."))
    }
    rows += [
      ("NO_COLOR", "Set to anything, no colour is used unless --color says so."),
      ("COLUMNS", "The width of the terminal."),
      ("TMPDIR", "Where a dry run and private temporary folders are kept."),
    ]
    return ".SH ENVIRONMENT\n" + rows.map { ".TP\n.B \($0.0)\n\(line($0.1))" }.joined()
  }

  private static let files: String = {
    let rows = [
      ("~/.rapp-swarm", "The root, unless --root or SWARMCTL_ROOT names another."),
      ("<root>/swarms/<guid>/", "One swarm: manifest.json, agents/ and memory/."),
      (
        "<root>/swarms/<guid>/memory/<user>/memory.json",
        "What one user's calls remember; shared/ is for calls without a user."
      ),
      ("<root>/users.json", "The names of users."),
      ("<root>/.swarmctl/", "Locks, staging and caches; safe to delete when nothing runs."),
    ]
    return ".SH FILES\n" + rows.map { ".TP\n\\fI\(escaped($0.0))\\fR\n\(line($0.1))" }.joined()
  }()

  private static let exitStatus: String = {
    let rows = [
      ("0", "Done."), ("1", "The agent raised, or answered with an error."),
      ("2", "Findings, such as those of doctor."),
      ("64", "Usage: an unknown option, a bad GUID, a refusal to act without --yes."),
      ("65", "The bundle or the data is bad."), ("66", "No such swarm, agent, user or entry."),
      ("70", "A bug in swarmctl."), ("74", "Input or output failed."),
      ("75", "Busy: the lock timeout passed; trying again is right."),
      ("76", "Another program changed the memory during the run."), ("77", "Refused by a rule."),
      ("78", "The set-up is wrong: no Python, or an unreadable root."), ("124", "Timeout."),
      ("129, 130, 143", "Ended by SIGHUP, SIGINT or SIGTERM."),
    ]
    return ".SH EXIT STATUS\n" + rows.map { ".TP\n.B \($0.0)\n\(line($0.1))" }.joined()
  }()

  private static func paragraphs(_ texts: [String]) -> String {
    texts.map { ".PP\n\(line($0))" }.joined()
  }

  private static func options(_ options: [OptionSpec]) -> String {
    options.map { option in
      var term = option.short.map { "\\fB\\-\($0)\\fR, " } ?? ""
      term += "\\fB\(escaped("--\(option.name)"))\\fR"
      if let placeholder = option.placeholder { term += " \\fI\(escaped(placeholder))\\fR" }
      return ".TP\n\(term)\n\(line(HelpText.details(of: option)))"
    }.joined()
  }

  /// One line of text; a `.` or `'` at its start would be a macro.
  private static func line(_ text: String) -> String {
    let text = escaped(text)
    return (text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : "") + text + "\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "\"": result += "\\(dq"
      case "`": result += "\\(ga"
      case "…": result += "..."
      default: result.append(character)
      }
    }
    return result
  }

  private static func lowercasedStart(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }
}
