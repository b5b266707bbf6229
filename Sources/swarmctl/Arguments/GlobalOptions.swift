/// What every command is told, read from flags, then the environment, then defaults.
struct GlobalOptions: Sendable, Equatable {
  /// `--root` or `SWARMCTL_ROOT`; nil for `~/.rapp-swarm`.
  var root: String?
  /// `-o`, `--json` or `-q`.
  var format = OutputFormat.table
  /// `--no-input`: nobody is asked.
  var noInput = false
  /// `--color`; see ``ColorChoice/resolved(environment:isTerminal:)``.
  var color = ColorChoice.auto
  /// `--debug`.
  var debug = false
  /// `-h` or `--help`; wins over every mistake on the line.
  var wantsHelp = false
  /// `--version`; wins over every mistake on the line, but not over ``wantsHelp``.
  var wantsVersion = false
}
