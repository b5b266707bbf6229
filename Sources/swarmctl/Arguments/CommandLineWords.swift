/// The words of a command line told apart into options and positionals, before the command is known.
///
/// GNU conventions: `--opt value`, `--opt=value`, `-o value`, `-ovalue`, clustered flags, options
/// anywhere, `--` ends them, and `-` alone is a positional. One exception: a known option is never
/// taken as the value of the option before it, so that a forgotten value is noticed; a value that
/// looks like an option is written `--opt=value`.
struct CommandLineWords: Sendable {
  /// An option as it was given.
  struct Given: Sendable {
    var option: OptionSpec
    /// `--user` or `-o`, as typed.
    var spelling: String
    /// Nil for a flag.
    var value: String?
  }

  /// Something wrong with one word; worded once the command is known.
  enum Mistake: Sendable {
    case unknownOption(String)
    case missingValue(OptionSpec, spelling: String, next: String?)
    case valueForFlag(OptionSpec, value: String)
    case typographicDash(String, option: String)
  }

  private(set) var options: [Given] = []
  private(set) var positionals: [String] = []
  private(set) var firstMistake: Mistake?
  /// Whether the first mistake stands before every positional.
  private(set) var beginsWithMistake = false
  /// The option that the last word is, where its value would follow; for completions.
  private(set) var optionWithoutValue: OptionSpec?

  private let table: CommandSpec

  /// Tells words apart.
  ///
  /// - Parameters:
  ///   - words: The command line without the program's name.
  ///   - table: The root of the command table. A long or short name must mean a flag everywhere in
  ///     it, or take a value everywhere; a flag of every command may take a value in one.
  init(_ words: [String], table: CommandSpec) {
    self.table = table

    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positionals += rest
        return
      } else if word.hasPrefix("--") {
        readLong(word, rest: &rest)
      } else if word.hasPrefix("-"), word != "-" {
        readCluster(word, rest: &rest)
      } else if let option = optionBehindTypographicDash(word) {
        note(.typographicDash(word, option: option))
      } else {
        positionals.append(word)
      }
    }
  }

  /// The first option of the table that fits; a line has few words, so nothing is indexed.
  private func known(where fits: (OptionSpec) -> Bool) -> OptionSpec? {
    func find(_ command: CommandSpec) -> OptionSpec? {
      if let option = command.options.first(where: fits) { return option }
      for child in command.subcommands {
        if let option = find(child) { return option }
      }
      return nil
    }
    return find(table)
  }

  private func known(named name: some StringProtocol) -> OptionSpec? {
    known { $0.name == name }
  }

  private func known(ofLetter letter: Character) -> OptionSpec? {
    known { $0.short == letter }
  }

  /// Whether an option was given, by its long name.
  func has(_ name: String) -> Bool { options.contains { $0.option.name == name } }

  /// Whether a flag was given, by its long name, and no option of the same name with a value.
  func hasFlag(_ name: String) -> Bool {
    options.contains { $0.option.name == name && $0.value == nil }
  }

  private mutating func note(_ mistake: Mistake) {
    guard firstMistake == nil else { return }
    firstMistake = mistake
    beginsWithMistake = positionals.isEmpty
  }

  private mutating func readLong(_ word: String, rest: inout ArraySlice<String>) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let attached = parts.count == 2 ? String(parts[1]) : nil
    guard let common = known(named: parts[0]) else { return note(.unknownOption(word)) }
    let option = ownOption(common, attached ?? rest.first) ?? common
    let spelling = "--\(option.name)"
    switch (option.value, attached) {
    case (nil, nil):
      options.append(Given(option: option, spelling: spelling, value: nil))
    case (nil, let value?):
      note(.valueForFlag(option, value: value))
    case (.some, let value?):
      options.append(Given(option: option, spelling: spelling, value: value))
    case (.some, nil):
      takeValue(of: option, spelling: spelling, from: &rest)
    }
  }

  /// The option of the command so far that takes the name of a flag of every command, where a value
  /// of the right form follows: `memory show <swarm> --version 3`.
  private func ownOption(_ common: OptionSpec, _ next: String?) -> OptionSpec? {
    guard common.value == nil, let next else { return nil }
    var command = table
    for word in positionals {
      guard let child = command.subcommand(named: word) else { break }
      command = child
    }
    return command.options.first {
      $0.name == common.name && $0.value?.kind.complaint(about: next) == nil && $0.value != nil
    }
  }

  private mutating func readCluster(_ word: String, rest: inout ArraySlice<String>) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = known(ofLetter: letter) else { return note(.unknownOption(word)) }
      let spelling = "-\(letter)"
      if option.value == nil {
        options.append(Given(option: option, spelling: spelling, value: nil))
      } else if letters.isEmpty {
        return takeValue(of: option, spelling: spelling, from: &rest)
      } else {
        // `-o=json` is what users of other tools type; no value of a short option begins with `=`.
        let value = letters.first == "=" ? letters.dropFirst() : letters
        options.append(Given(option: option, spelling: spelling, value: String(value)))
        return
      }
    }
  }

  private mutating func takeValue(
    of option: OptionSpec, spelling: String, from rest: inout ArraySlice<String>
  ) {
    guard let next = rest.first, next != "--", !isKnownOption(next) else {
      if rest.isEmpty { optionWithoutValue = option }
      return note(.missingValue(option, spelling: spelling, next: rest.first))
    }
    rest.removeFirst()
    options.append(Given(option: option, spelling: spelling, value: next))
  }

  private func isKnownOption(_ word: String) -> Bool {
    if word.hasPrefix("--") {
      return known(named: word.dropFirst(2).prefix { $0 != "=" }) != nil
    }
    return word.count == 2 && word.first == "-"
      && word.last.map { known(ofLetter: $0) != nil } == true
  }

  /// The option that was meant where a word processor turned `--` into a long dash.
  private func optionBehindTypographicDash(_ word: String) -> String? {
    guard let first = word.first, first == "\u{2013}" || first == "\u{2014}" else { return nil }
    let name = word.drop { $0 == "\u{2013}" || $0 == "\u{2014}" || $0 == "-" }
      .prefix { $0 != "=" }
    return known(named: name) == nil ? nil : "--\(name)"
  }
}
