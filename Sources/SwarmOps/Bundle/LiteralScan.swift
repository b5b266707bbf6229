/// Finds which file names Python sources mention in their string literals; nothing is run.
///
/// Docstrings count, so the result may hold too much, but computed names are not seen.
struct LiteralScan {
  /// The contents of all literals as they are written, each ended by a line feed.
  private var text: [UInt8] = []

  /// Adds the literals of one source.
  mutating func add(_ source: [UInt8]) {
    var position = 0
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "#"):
        while position < source.count, source[position] != UInt8(ascii: "\n") { position += 1 }
      case let quote where quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"):
        position = addLiteral(source, at: position, quote)
      default: position += 1
      }
    }
  }

  /// Whether a file or folder name stands in a literal, alone or as a part that no letter, digit
  /// or underscore joins to its neighbours: `here + "/data.txt"` names `data.txt`, not `a.txt`.
  func names(_ name: String) -> Bool {
    let name = Array(name.utf8)
    guard let first = name.first, name.count <= text.count else { return false }
    return text.withUnsafeBufferPointer { text in
      for start in 0...(text.count - name.count) where text[start] == first {
        let end = start + name.count
        if start > 0 && text[start - 1].isPythonWord || end < text.count && text[end].isPythonWord {
          continue
        }
        if text[start..<end].elementsEqual(name) { return true }
      }
      return false
    }
  }

  /// Adds the literal whose quote is at a position.
  ///
  /// - Returns: Where the source goes on after it.
  private mutating func addLiteral(_ source: [UInt8], at start: Int, _ quote: UInt8) -> Int {
    let triple = [quote, quote, quote]
    let isTriple = source[start...].starts(with: triple)
    var position = start + (isTriple ? 3 : 1)
    defer { text.append(UInt8(ascii: "\n")) }
    while position < source.count {
      let byte = source[position]
      if byte == quote, !isTriple || source[position...].starts(with: triple) {
        return position + (isTriple ? 3 : 1)
      }
      if byte == UInt8(ascii: "\n") && !isTriple { return position }
      text.append(byte)
      position += 1
      // What a backslash protects ends nothing, in raw literals as well.
      if byte == UInt8(ascii: "\\"), position < source.count {
        text.append(source[position])
        position += 1
      }
    }
    return position
  }
}
