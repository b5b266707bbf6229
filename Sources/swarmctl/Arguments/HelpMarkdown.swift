/// Renders the command table as a reference page, `docs/commands.md`.
enum HelpMarkdown {
  /// The whole page.
  ///
  /// - Parameter table: The root of the command table.
  /// - Returns: The text, ended by a newline.
  static func page(table: CommandSpec = CommandTable.root) -> String {
    var page = """
      # Commands

      <!-- Rendered from the command table; a test compares. Do not edit. -->

      \(escaped(table.summary)).

      """
    for paragraph in table.discussion { page += "\n\(escaped(paragraph))\n" }
    page += "\n| command | does |\n|---|---|\n"
    let leaves = table.leaves().filter { !$0.command.hidden }
    for (command, path) in leaves {
      let name = path.joined(separator: " ")
      let anchor = path.joined(separator: "-")
      page += "| [`\(name)`](#\(anchor)) | \(escaped(command.summary)) |\n"
    }
    page += "\n## Global options\n\nEvery command takes these, before or after its name.\n\n"
    page += options(table.options)
    for (command, path) in leaves { page += section(command, path: path) }
    return page
  }

  private static func section(_ command: CommandSpec, path: [String]) -> String {
    var text = "\n## \(path.joined(separator: " "))\n\n\(escaped(command.summary)).\n\n"
    text += "```\n\(HelpText.usage(of: command, path: path))\n```\n"
    if !command.aliases.isEmpty {
      text += "\nAlso: \(command.aliases.map { "`\($0)`" }.joined(separator: ", "))\n"
    }
    for paragraph in command.discussion { text += "\n\(escaped(paragraph))\n" }
    if !command.arguments.isEmpty {
      text += "\n| argument | |\n|---|---|\n"
      for argument in command.arguments {
        text += "| `<\(argument.name)>` | \(cell(HelpText.details(of: argument))) |\n"
      }
    }
    if !command.options.isEmpty { text += "\n" + options(command.options) }
    if !command.examples.isEmpty {
      text += "\n```sh\n"
      for example in command.examples { text += "# \(example.explanation)\n\(example.command)\n" }
      text += "```\n"
    }
    return text
  }

  private static func options(_ options: [OptionSpec]) -> String {
    var text = "| option | |\n|---|---|\n"
    for option in options {
      let name = option.usage.drop { $0 == " " }
      text += "| `\(name.split(separator: "|").joined(separator: "\\|"))` "
      text += "| \(cell(HelpText.details(of: option))) |\n"
    }
    return text
  }

  private static func cell(_ text: String) -> String {
    escaped(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  /// Keeps `<word>` and `*` from being read as markup, outside of code spans.
  private static func escaped(_ text: String) -> String {
    var result = ""
    var isCode = false
    for character in text {
      if character == "`" { isCode.toggle() }
      if !isCode, "<*_[".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
