import SwarmOps

extension SwarmError {
  /// More names than this are counted instead of shown to people.
  private static let shownNames = 20

  /// The error for people: what is wrong, with what, and what to do next.
  ///
  /// - Parameters:
  ///   - style: How it looks.
  ///   - showsTrace: Whether the traceback of an agent is shown.
  /// - Returns: Lines, each ended by a newline, without control characters.
  func humanText(style: Style, showsTrace: Bool) -> String {
    var text = ""
    if let trace, showsTrace {
      text += VisibleText.lines(trace)
      if !text.hasSuffix("\n") { text += "\n" }
    }
    text += "\(style.red("error:")) \(VisibleText.lines(message))\n"
    if let path, !message.contains(path) { text += "  path: \(VisibleText.line(path))\n" }
    if let underlying { text += "  cause: \(VisibleText.lines(underlying))\n" }
    if !available.isEmpty {
      var names = available.prefix(Self.shownNames).map(VisibleText.line)
      let more = available.count - names.count
      if more > 0 { names.append("and \(more) more") }
      // What an ambiguous word fits is said with what tells it apart, which takes a line each.
      text +=
        code == .ambiguous
        ? "  available:\n" + names.map { "    \($0)\n" }.joined()
        : "  available: \(names.joined(separator: ", "))\n"
    }
    for line in (hint.map(HintWording.text) ?? "").split(separator: "\n") {
      text += "\(style.cyan("hint:")) \(VisibleText.line(String(line)))\n"
    }
    if trace != nil, !showsTrace {
      text += "\(style.cyan("hint:")) `--debug` shows where in the agent it happened\n"
    }
    return text
  }
}
