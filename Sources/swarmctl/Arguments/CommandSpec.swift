/// One command, or a group of commands, as data: the parser, help, completions, the reference page
/// and the man page are all made from it.
struct CommandSpec: Sendable {
  /// Where a command stands in `swarmctl --help`.
  enum Group: String, Sendable, CaseIterable {
    case start = "Start"
    case swarms = "Swarms"
    case run = "Run"
    case memory = "Memory"
    case care = "Care"
  }

  /// The word that is typed.
  var name: String
  /// Other words that do the same.
  var aliases: [String] = []
  /// Words of other tools that people type for it; never accepted, only used in "did you mean".
  var alsoTriedAs: [String] = []
  /// The heading of root help under which it stands; nil for commands of a group.
  var group: Group?
  /// One line, imperative, without a full stop.
  var summary: String
  /// Paragraphs below the summary.
  var discussion: [String] = []
  /// The positional arguments, in order.
  var arguments: [ArgumentSpec] = []
  /// The options of this command alone, without the global ones.
  var options: [OptionSpec] = []
  /// Options that exclude or need each other.
  var choices: [OptionChoice] = []
  /// Command lines that work as pasted.
  var examples: [CommandExample] = []
  /// The commands of a group; empty for a command that does something.
  var subcommands: [CommandSpec] = []
  /// Whether a command that has subcommands also does something by itself.
  var runs = false
  /// Left out of help and completions.
  var hidden = false

  /// Whether it is nothing but a heading for its subcommands.
  var isGroup: Bool { !subcommands.isEmpty && !runs }

  /// The subcommand of a name or alias.
  func subcommand(named word: String) -> CommandSpec? {
    subcommands.first { $0.name == word || $0.aliases.contains(word) }
  }

  /// The command that a path of names leads to, with the path spelled without aliases.
  func find(_ path: some Sequence<String>) -> (command: CommandSpec, path: [String])? {
    var command = self
    var names: [String] = []
    for word in path {
      guard let next = command.subcommand(named: word) else { return nil }
      command = next
      names.append(next.name)
    }
    return (command, names)
  }

  /// Every command below this one that does something, with its path, in the order of the table.
  func leaves(below path: [String] = []) -> [(command: CommandSpec, path: [String])] {
    subcommands.flatMap { child in
      let childPath = path + [child.name]
      return (child.isGroup ? [] : [(command: child, path: childPath)])
        + child.leaves(below: childPath)
    }
  }
}

/// An example of use.
struct CommandExample: Sendable {
  /// The command line.
  var command: String
  /// What it does, as a clause without a full stop.
  var explanation: String

  init(_ command: String, _ explanation: String) {
    self.command = command
    self.explanation = explanation
  }
}

/// Options of which one at most, or exactly one, may be given.
struct OptionChoice: Sendable {
  /// The long names without dashes.
  var names: [String]
  /// Whether two of them contradict each other.
  var exclusive = true
  /// Whether one of them must be given.
  var required = false
}

/// One positional argument.
struct ArgumentSpec: Sendable {
  /// How many words it takes.
  enum Arity: Sendable, Equatable {
    case one
    case optional
    case repeated
    case repeatedOptional

    var isRequired: Bool { self == .one || self == .repeated }
    var isRepeated: Bool { self == .repeated || self == .repeatedOptional }
  }

  var name: String
  var summary: String
  var arity: Arity
  var kind: ValueKind

  init(_ name: String, _ kind: ValueKind, _ summary: String) {
    self.init(name, kind, .one, summary)
  }

  init(_ name: String, _ kind: ValueKind, _ arity: Arity, _ summary: String) {
    self.name = name
    self.kind = kind
    self.arity = arity
    self.summary = summary
  }

  /// `<swarm>`, `[<swarm>]`, `<swarm>…` or `[<swarm>…]`.
  var usage: String {
    let word: String
    if case .choice(let choices) = kind {
      word = choices.joined(separator: "|")
    } else {
      word = "<\(name)>"
    }
    return switch arity {
    case .one: word
    case .optional: "[\(word)]"
    case .repeated: "\(word)…"
    case .repeatedOptional: "[\(word)…]"
    }
  }
}

/// One option.
struct OptionSpec: Sendable {
  /// What an option's value is called in help and how it is read.
  struct Value: Sendable {
    var placeholder: String
    var kind: ValueKind
  }

  /// The long name without dashes.
  var name: String
  /// The one-letter name without its dash.
  var short: Character?
  /// Nil for a flag.
  var value: Value?
  /// One line without a full stop.
  var summary: String
  /// The value where neither the command line nor the environment gives one.
  var defaultValue: String?
  /// A default that is worked out later, in words; for help alone.
  var defaultNote: String?
  /// The environment variable that is read when the option is absent; empty counts as unset.
  var environment: String?
  /// Whether every occurrence counts; otherwise the last one wins.
  var repeatable = false
  /// Whether the command line must give it.
  var required = false

  /// Names of other tools that people type for it, without dashes; only used in "did you mean".
  var alsoTriedAs: [String] = []

  /// The same option with ``alsoTriedAs``.
  func alsoTried(as names: [String]) -> OptionSpec {
    var option = self
    option.alsoTriedAs = names
    return option
  }

  /// A flag.
  static func flag(_ name: String, short: Character? = nil, _ summary: String) -> OptionSpec {
    OptionSpec(name: name, short: short, value: nil, summary: summary)
  }

  /// An option with a value.
  static func value(
    _ name: String, short: Character? = nil, _ placeholder: String, _ kind: ValueKind,
    _ summary: String, default defaultValue: String? = nil, defaultNote: String? = nil,
    environment: String? = nil, repeatable: Bool = false, required: Bool = false
  ) -> OptionSpec {
    OptionSpec(
      name: name, short: short, value: Value(placeholder: placeholder, kind: kind),
      summary: summary, defaultValue: defaultValue, defaultNote: defaultNote,
      environment: environment, repeatable: repeatable, required: required)
  }

  /// The words that are right after it; empty unless it is a choice.
  var choices: [String] {
    guard case .choice(let choices)? = value?.kind else { return [] }
    return choices
  }

  /// What stands after the name in help, such as `<duration>` or `table|json`; nil for a flag.
  var placeholder: String? {
    guard let value else { return nil }
    return choices.isEmpty ? "<\(value.placeholder)>" : choices.joined(separator: "|")
  }

  /// `-o, --output table|json`, or six columns in where there is no short name.
  var usage: String {
    let names = short.map { "-\($0), --\(name)" } ?? "    --\(name)"
    return placeholder.map { "\(names) \($0)" } ?? names
  }
}
