/// A command line that was understood and checked.
///
/// Every value has the form that its option asks for, so nil means absent, never wrong. Commands
/// read it by ``ArgumentKey``.
struct ParsedArguments: Sendable {
  /// Where an option's value came from.
  enum Source: Sendable, Equatable {
    case commandLine
    case environment
    case defaultValue
  }

  /// The command, or the group or root that help is asked about.
  var command: CommandSpec
  /// Its names without aliases, such as `["memory", "wipe"]`; empty for the root.
  var path: [String]
  /// The words that are no options, in order, without the command's names.
  var positionals: [String]
  /// What every command is told.
  var global: GlobalOptions
  /// Values by long name; flags that were given have no values.
  var values: [String: (texts: [String], source: Source)] = [:]

  /// An option of the command with its words, unless nobody but the table says anything of it.
  func given(_ option: OptionSpec) -> [String]? {
    guard let value = values[option.name], value.source != .defaultValue else { return nil }
    return value.texts
  }
}
