import SwarmOps

/// `completion`: a shell's script, and the answers that the scripts ask for.
enum CompletionCommand {
  /// The word that the scripts call swarmctl with; no command that people type.
  static let question = "__complete"

  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let shell = context.arguments[word: .shell]
    guard let script = CompletionScript.text(shell: shell) else {
      throw SwarmError(.internalError, "no completion script for \(shell)")
    }
    return Report(
      json: ["shell": .string(shell), "script": .string(script)], names: [shell], text: script)
  }

  /// Answers a script: `__complete zsh <word>…` or `__complete bash <line> <word breaks>`.
  ///
  /// The first line says what the shell adds by itself (`words`, `files` or `folders`); each further
  /// line is a word and, after a tab, what it is.
  ///
  /// - Parameters:
  ///   - words: What follows ``question``.
  ///   - environment: The environment's variables.
  /// - Returns: The lines; empty for what cannot be understood, because an error message in the
  ///   middle of a command line helps nobody.
  static func answer(_ words: ArraySlice<String>, environment: [String: String]) -> String {
    guard let shell = words.first, CompletionScript.shells.contains(shell) else { return "" }
    let rest = words.dropFirst()
    let line =
      shell == "bash" ? ShellLine(rest.first ?? "", breaks: rest.dropFirst().first ?? "") : nil
    let typed = line.map { Array($0.words.dropFirst()) } ?? Array(rest)
    let request = CompletionRequest(typed)
    guard let root = root(request, environment) else { return "" }
    let answer = CompletionWords(request: request, store: SwarmStore(root: root)).answer
    var text = answer.completes.rawValue + "\n"
    for candidate in answer.candidates
    where VisibleText.line(candidate.text) == candidate.text {
      let summary = VisibleText.line(candidate.summary)
      guard let line else {
        text += "\(candidate.text)\t\(summary.prefix(100))\n"
        continue
      }
      // The other shells choose by rules of their own, such as in any case.
      if candidate.text.hasPrefix(typed.last ?? "") {
        text += line.replacement(for: candidate.text, isOpen: candidate.isOpen) + "\n"
      }
    }
    return text
  }

  /// The root of the line that is being typed; `~` is not expanded yet.
  private static func root(_ request: CompletionRequest, _ environment: [String: String]) -> String?
  {
    let home = environment["HOME"] ?? ""
    var root = request.text("root") ?? ""
    if root == "~" || root.hasPrefix("~/") { root = home + root.dropFirst() }
    if root.isEmpty { root = environment["SWARMCTL_ROOT"] ?? "" }
    if !root.isEmpty { return WorkingFolder.absoluteFolder(root) }
    return home.hasPrefix("/") ? home + "/.rapp-swarm" : nil
  }
}
