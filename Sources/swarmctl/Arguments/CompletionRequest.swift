import SwarmOps

/// What the word under the cursor is, told from the command table alone.
///
/// Pure: what the words are that fit is looked up later, by ``CompletionWords``.
struct CompletionRequest: Sendable {
  /// What may stand where the cursor is.
  enum Subject: Sendable, Equatable {
    /// A command below the one that was found; of the whole table for `help`.
    case command
    /// An option's name.
    case option
    /// A value of this kind.
    case value(ValueKind)
    /// Nothing can be said.
    case nothing
  }

  /// What may stand here.
  let subject: Subject
  /// The word up to the cursor, without the `--option=` before a value.
  let word: String
  /// What every candidate begins with: `--option=`, or empty.
  let prefix: String
  /// The command so far; for ``Subject/command``, the one whose subcommands fit.
  let command: CommandSpec
  /// The words before this one that are no options and no names of commands.
  let positionals: [String]
  /// The options before this word.
  let options: [CommandLineWords.Given]

  /// Reads a command line up to the cursor.
  ///
  /// - Parameters:
  ///   - words: The words after the program's name; the last one is under the cursor and may be
  ///     empty.
  ///   - table: The root of the command table.
  init(_ words: [String], table: CommandSpec = CommandTable.root) {
    let earlier = Array(words.dropLast())
    let word = words.last ?? ""
    let line = CommandLineWords(earlier, table: table)
    var command = table
    var rest = line.positionals[...]
    while let name = rest.first, let next = command.subcommand(named: name) {
      command = next
      rest.removeFirst()
    }
    options = line.options
    positionals = Array(rest)
    let known = table.options + command.options
    let hasEnded = earlier.contains("--")

    // A value of the option before, attached or not.
    // Commands may mean different things by one name: the one on the line says which.
    let named = line.optionWithoutValue
    let open = known.last { $0.name == named?.name && $0.value != nil } ?? named
    if !hasEnded, let kind = open?.value?.kind {
      (subject, self.word, prefix) = (.value(kind), word, "")
    } else if !hasEnded, word.hasPrefix("--"), let sign = word.firstIndex(of: "=") {
      let option = known.last { "--\($0.name)" == word[..<sign] }
      subject = option?.value.map { .value($0.kind) } ?? .nothing
      self.word = String(word[word.index(after: sign)...])
      prefix = String(word[...sign])
    } else if !hasEnded, word.hasPrefix("-") {
      (subject, self.word, prefix) = (.option, word, "")
    } else {
      (self.word, prefix) = (word, "")
      let arguments = command.arguments
      if command.isGroup {
        subject = rest.isEmpty ? .command : .nothing
      } else if arguments.first?.kind == .command {
        // `help memory <here>`: the words are names of commands once more.
        let found = table.find(rest)
        command = found?.command ?? command
        subject = found == nil ? .nothing : .command
      } else if rest.count < arguments.count {
        subject = .value(arguments[rest.count].kind)
      } else if let last = arguments.last, last.arity.isRepeated {
        subject = .value(last.kind)
      } else {
        subject = .option
      }
    }
    self.command = command
  }

  /// The value of an option that stands before the cursor.
  func text(_ name: String) -> String? { options.last { $0.option.name == name }?.value }
}
