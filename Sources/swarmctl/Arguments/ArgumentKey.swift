/// The typed name of an option: which option of the table is meant, and what its words become.
///
/// Commands read a command line by these alone, as in `arguments[.timeout]`, so that a name that no
/// option has does not compile, and a value is read in one way by all of them.
struct ArgumentKey<Value>: Sendable {
  /// The long name without dashes.
  let name: String
  /// Reads the words that were given, or those of the table's default; empty where there are none.
  let read: @Sendable ([String]) -> Value
  /// What stands for an option that the command does not have.
  let defaultValue: String?

  /// An option that is read by a function; absent, it is nil.
  init<Wrapped>(_ name: String, _ read: @escaping @Sendable (String) -> Wrapped?)
  where Value == Wrapped? {
    self.name = name
    self.read = { $0.last.flatMap(read) }
    defaultValue = nil
  }

  /// An option with a default in the table, which also holds for commands that do not take it.
  init(_ option: OptionSpec, _ read: @escaping @Sendable (String) -> Value?) {
    name = option.name
    defaultValue = option.defaultValue
    self.read = { words in
      guard let value = words.last.flatMap(read) else {
        preconditionFailure("--\(option.name) has no default in the table, or one of another form")
      }
      return value
    }
  }
}

extension ArgumentKey where Value == [String] {
  /// An option that may be repeated.
  init(every name: String) {
    self.name = name
    read = { $0 }
    defaultValue = nil
  }
}

/// The typed name of a flag.
struct FlagKey: Sendable {
  /// The long name without dashes.
  let name: String

  init(_ name: String) { self.name = name }
}

/// The typed name of an argument that is no option, such as the swarm.
struct WordKey: Sendable {
  /// The name in the command's usage.
  let name: String

  static let swarm = WordKey(name: "swarm")
  static let snapshot = WordKey(name: "swarm@snapshot")
  static let agent = WordKey(name: "agent")
  static let agentArguments = WordKey(name: "key=value")
  static let bundle = WordKey(name: "bundle")
  static let folder = WordKey(name: "folder")
  static let file = WordKey(name: "file")
  static let name = WordKey(name: "name")
  static let label = WordKey(name: "label")
  static let guid = WordKey(name: "guid")
  static let entry = WordKey(name: "entry")
  static let words = WordKey(name: "word")
  static let shell = WordKey(name: "shell")
  static let command = WordKey(name: "command")
}

extension ParsedArguments {
  /// The words of an argument, in order; empty where it was left out.
  func words(_ key: WordKey) -> ArraySlice<String> {
    guard let index = command.arguments.firstIndex(where: { $0.name == key.name }) else {
      return []
    }
    // Only the last argument may take several words.
    let rest = positionals.dropFirst(index)
    return command.arguments[index].arity.isRepeated ? rest : rest.prefix(1)
  }

  /// The word of an argument, or nil where it was left out.
  func word(_ key: WordKey) -> String? { words(key).first }

  /// The word of an argument that the command needs, which the parser has seen to.
  subscript(word key: WordKey) -> String { word(key) ?? "" }

  /// What an option says; the last one where it was repeated.
  subscript<Value>(key: ArgumentKey<Value>) -> Value {
    key.read(values[key.name]?.texts ?? key.defaultValue.map { [$0] } ?? [])
  }

  /// Whether a flag was given.
  subscript(key: FlagKey) -> Bool { values[key.name] != nil }

  /// Where an option's value came from; nil where there is none.
  func source<Value>(of key: ArgumentKey<Value>) -> Source? { values[key.name]?.source }
}
