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
    return page + exitStatus
  }

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
