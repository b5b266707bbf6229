/// A bash command line up to the cursor, told apart into words as the shell will do it.
///
/// bash hands a completion words that are cut at every character of `COMP_WORDBREAKS`, `=` and `:`
/// among them, and still quoted. The line itself is whole.
struct ShellLine: Sendable {
  /// The words without quotes and backslashes, the program's name first; the last one is under the
  /// cursor and may be empty.
  private(set) var words: [String] = [""]
  /// The quote that is open at the cursor.
  private(set) var quote: Character?
  /// How much of the last word, in characters, bash regards as the word before the one it replaces.
  private(set) var keptCharacters = 0

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: The line up to the cursor.
  ///   - breaks: The value of `COMP_WORDBREAKS`.
  init(_ line: String, breaks: String) {
    var isInWord = false
    var characters = line[...]
    func append(_ character: Character, to words: inout [String]) {
      words[words.count - 1].append(character)
    }
    while let character = characters.popFirst() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"", let next = characters.first,
          "\"\\$`".contains(next)
        {
          characters.removeFirst()
          append(next, to: &words)
        } else {
          append(character, to: &words)
        }
      } else if character == " " || character == "\t" {
        guard isInWord else { continue }
        words.append("")
        (isInWord, keptCharacters) = (false, 0)
        continue
      } else if character == "'" || character == "\"" {
        quote = character
        keptCharacters = words[words.count - 1].count
      } else if character == "\\" {
        if let next = characters.popFirst() { append(next, to: &words) }
      } else {
        append(character, to: &words)
        if breaks.contains(character) { keptCharacters = words[words.count - 1].count }
      }
      isInWord = true
    }
  }

  /// What bash puts in place of the word, so that the shell will read `word`.
  ///
  /// - Parameters:
  ///   - word: The whole word that is meant.
  ///   - isOpen: Whether more of the word follows.
  func replacement(for word: String, isOpen: Bool) -> String {
    let rest = String(word.dropFirst(keptCharacters))
    if let quote {
      let isPlain = quote == "'" || !rest.contains { "\"\\$`".contains($0) }
      let text =
        isPlain ? rest : rest.map { "\"\\$`".contains($0) ? "\\\($0)" : "\($0)" }.joined()
      return isOpen ? text : "\(text)\(quote) "
    }
    let text = rest.map { character in
      character.isLetter || character.isNumber || "-_./=:,@%+".contains(character)
        ? "\(character)" : "\\\(character)"
    }.joined()
    return isOpen ? text : text + " "
  }
}
