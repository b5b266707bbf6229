/// Makes texts of other people safe to show on a terminal.
///
/// Names, file names and memory come from anywhere: what could move the cursor, set a title, hide or
/// reorder text is shown as an escape instead.
enum VisibleText {
  /// A text on one line, with every control character as an escape such as `\n`, `\e` or `\u{202e}`.
  static func line(_ text: String) -> String { escaped(text, keepsNewlines: false) }

  /// A text that may have several lines, with every other control character as an escape.
  static func lines(_ text: String) -> String { escaped(text, keepsNewlines: true) }

  private static func escaped(_ text: String, keepsNewlines: Bool) -> String {
    // Most texts are of plain ASCII.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if !isUnsafe(scalar) || (keepsNewlines && scalar == "\n") {
        result.unicodeScalars.append(scalar)
        continue
      }
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{1B}": result += "\\e"
      default: result += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return result
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // Line and paragraph separators, marks and embeddings that reorder text.
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0x061C: true
    // Tags and the byte order mark: invisible.
    case 0xE0000...0xE007F, 0xFEFF: true
    default: false
    }
  }
}
