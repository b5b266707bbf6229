import SwarmOps

/// `help`, `--help` and `--version`: need nothing but the command table.
enum HelpCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    if context.arguments[.man] {
      let page = HelpManPage.page(version: Version.current)
      return Report(json: ["man": .string(page)], names: ["swarmctl.1"], text: page)
    }
    var command = CommandTable.root
    var path: [String] = []
    for word in context.arguments.words(.command) {
      // The parser has checked the words.
      guard let next = command.subcommand(named: word) else { break }
      command = next
      path.append(next.name)
    }
    return help(command, path: path, width: context.output.width)
  }

  /// The help page of a command.
  static func help(_ command: CommandSpec, path: [String], width: Int?) -> Report {
    let text = HelpText.text(for: command, path: path, width: width ?? 80)
    var names = command.subcommands.map(\.name)
    // Whoever asks how a command works is not answered with nothing.
    if names.isEmpty {
      names = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if names.last == "" { names.removeLast() }
    }
    return Report(
      json: HelpJSON.value(for: command, path: path), names: names, text: text)
  }

  /// The version of the program.
  static var version: Report {
    Report(
      json: ["version": .string(Version.current)], names: [Version.current],
      text: "swarmctl \(Version.current)")
  }
}
