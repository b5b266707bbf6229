import SwarmOps

/// The agreement that a destructive command needs.
enum Confirmation {
  /// Shows what is deleted and goes on where the person agrees, or has with `--yes`.
  ///
  /// - Parameters:
  ///   - lines: The exact list.
  ///   - total: All of it in a few words.
  ///   - word: What must be typed in full; nil where a yes will do.
  ///   - context: The command line and the person.
  /// - Throws: A `SwarmError` of code `confirmationRequired`.
  static func ofDeleting(
    _ lines: [String], total: String, typing word: String? = nil, _ context: CommandContext
  ) throws(SwarmError) {
    if context.arguments[.yes] { return }
    guard context.terminal.isInteractive else { throw needed(total) }
    context.output.tell("this deletes, for good:")
    for line in lines.prefix(shownLines) { context.output.tell(line) }
    if lines.count > shownLines {
      context.output.tell("  and \(lines.count - shownLines) more; `--dry-run` lists everything")
    }
    let answer =
      if let word {
        context.terminal.confirmTyped(
          "type the swarm's name (\(word)) to delete \(total)", expected: word)
      } else {
        context.terminal.confirm("delete \(total)?")
      }
    try check(answer, total)
  }

  /// More lines than this would scroll the question's beginning away.
  private static let shownLines = 20

  /// Goes on where a file may be replaced: it is not there, is empty, is no plain file, or somebody
  /// agrees.
  static func ofReplacing(_ path: String, _ context: CommandContext) throws(SwarmError) {
    if context.arguments[.force] || !OutputFile.holdsSomething(path) { return }
    switch context.terminal.confirm("\(VisibleText.line(path)) exists; replace it?") {
    case .yes: return
    case .no: throw declined
    case .notInteractive:
      throw SwarmError(
        .confirmationRequired, "\(path) exists; nothing was changed",
        hint: .either([.use(.forced, to: "replace it"), "name another file"]), path: path)
    }
  }

  private static var declined: SwarmError {
    SwarmError(.declined, "not confirmed; nothing was changed")
  }

  /// Goes on where the answer is yes.
  ///
  /// - Parameters:
  ///   - answer: What became of the question.
  ///   - what: What would be destroyed.
  /// - Throws: A `SwarmError` of code `confirmationRequired`, or `declined`.
  static func check(_ answer: Terminal.Answer, _ what: String) throws(SwarmError) {
    switch answer {
    case .yes: return
    case .no: throw declined
    case .notInteractive: throw needed(what)
    }
  }

  private static func needed(_ what: String) -> SwarmError {
    SwarmError(
      .confirmationRequired, "this would destroy \(what); nothing was changed",
      hint: .either([.agree, .use(.dryRun, to: "look first")]))
  }
}
