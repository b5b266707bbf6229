/// Lays out help: paragraphs and two columns within a width.
enum TextLayout {
  /// Breaks a text at spaces into lines of a width at most; longer words stand alone.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if line.isEmpty {
        line = String(word)
      } else if line.count + 1 + word.count <= width {
        line += " \(word)"
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// A paragraph with every line indented.
  static func paragraph(_ text: String, width: Int, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    return wrap(text, width: width - indent).map { "\(margin)\($0)\n" }.joined()
  }

  /// Terms on the left and their texts on the right; a term too long for its column has the line
  /// for itself.
  ///
  /// - Parameters:
  ///   - rows: Terms and texts.
  ///   - termWidth: The width of the left column; nil for as much as the terms need, 29 at most.
  ///   - width: The width of a line.
  /// - Returns: The lines, each ended by a newline.
  static func definitions(
    _ rows: [(term: String, text: String)], termWidth: Int? = nil, width: Int
  ) -> String {
    let longest = termWidth ?? min(29, rows.map(\.term.count).max() ?? 0)
    let margin = String(repeating: " ", count: longest + 4)
    var result = ""
    for row in rows {
      let lines = wrap(row.text, width: max(20, width - longest - 4))
      var head = "  \(row.term)"
      var remaining = lines[...]
      if row.term.count <= longest, let first = remaining.popFirst() {
        head += String(repeating: " ", count: longest + 2 - row.term.count) + first
      }
      result += "\(head)\n" + remaining.map { "\(margin)\($0)\n" }.joined()
    }
    return result
  }
}
