/// A command line that was understood and checked: every accessor's value was read once while
/// parsing, so nil means absent, never wrong.
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

  /// Whether a flag was given.
  func flag(_ name: String) -> Bool { values[name] != nil }

  /// An option's value; the last one where it was repeated.
  func text(_ name: String) -> String? { values[name]?.texts.last }

  /// All values of a repeatable option.
  func texts(_ name: String) -> [String] { values[name]?.texts ?? [] }

  /// Where an option's value came from; nil when there is none.
  func source(of name: String) -> Source? { values[name]?.source }

  /// A value of kind ``ValueKind/duration``.
  func duration(_ name: String) -> Duration? { text(name).flatMap(ValueReader.duration) }

  /// A value of kind ``ValueKind/age``.
  func age(_ name: String) -> Duration? { text(name).flatMap(ValueReader.age) }

  /// A value of kind ``ValueKind/bytes``.
  func bytes(_ name: String) -> Int? { text(name).flatMap(ValueReader.bytes) }

  /// A value of kind ``ValueKind/count(atLeast:)`` or ``ValueKind/version``.
  func count(_ name: String) -> Int? { text(name).flatMap(ValueReader.count) }

  /// A value of kind ``ValueKind/shard``; the index counts from 1.
  func shard(_ name: String) -> (index: Int, count: Int)? { text(name).flatMap(ValueReader.shard) }
}
