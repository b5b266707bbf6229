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
    if context.arguments.flag("yes") { return }
    guard context.terminal.isInteractive else { throw needed(total) }
    context.output.note("this deletes, for good:")
    for line in lines { context.output.note(line) }
    let answer =
      if let word {
        context.terminal.confirmTyped(
          "type the swarm's name (\(word)) to delete \(total)", expected: word)
      } else {
        context.terminal.confirm("delete \(total)?")
      }
    try check(answer, total)
  }

  /// Goes on where the answer is yes.
  ///
  /// - Parameters:
  ///   - answer: What became of the question.
  ///   - what: What would be destroyed.
  /// - Throws: A `SwarmError` of code `confirmationRequired`.
  static func check(_ answer: Terminal.Answer, _ what: String) throws(SwarmError) {
    switch answer {
    case .yes: return
    case .no:
      throw SwarmError(.confirmationRequired, "not confirmed; nothing was changed")
    case .notInteractive: throw needed(what)
    }
  }

  private static func needed(_ what: String) -> SwarmError {
    SwarmError(
      .confirmationRequired, "this would destroy \(what); nothing was changed",
      hint: .either([.agree, .use(.dryRun, to: "look first")]))
  }
}
