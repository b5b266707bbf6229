/// The words for what a schema wants and what it got.
enum ArgumentSchemaWording {
  /// How to pass arguments on whatever the schema says.
  static let wayOut = Hint.use(.validation, to: "pass arguments on unchecked")

  /// The most values and letters that are quoted in one message.
  private static let shown = (values: 12, letters: 40)

  /// What the types allow, such as "an integer or null".
  static func expectation(_ types: ArgumentSchemaTypes) -> String {
    let words = types.words.map { word in
      switch word {
      case "integer", "array", "object": "an \(word)"
      case "boolean": "true or false"
      case "null": "null"
      default: "a \(word)"
      }
    }
    return words.joined(separator: " or ")
  }

  /// A value as it was given, cut short.
  static func given(_ value: JSONValue) -> String {
    switch value {
    case .string(let text):
      let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(shown.letters)))
      let isWhole = start.utf8.count == text.utf8.count
      return JSONValue.string(isWhole ? start : start + "…").compactString
    case .number(let number) where number.text.utf8.count > shown.letters:
      return "\(number.text.prefix(shown.letters))…"
    case .array: return "an array"
    case .object: return "an object"
    default: return value.compactString
    }
  }

  /// The choices of an `enum`, as they are written in words.
  static func choices(_ values: [JSONValue], separator: String) -> String {
    var texts = values.prefix(shown.values).map { value in
      value.string.map { $0.isEmpty ? "\"\"" : $0 } ?? value.compactString
    }
    if values.count > shown.values { texts.append("… (\(values.count) in all)") }
    return texts.joined(separator: separator)
  }

  /// A name in double quotes, cut short and without control characters.
  static func quoted(_ name: String) -> String {
    let start = String(String.UnicodeScalarView(name.unicodeScalars.prefix(2 * shown.letters)))
    let isWhole = start.utf8.count == name.utf8.count
    return JSONValue.string(isWhole ? start : start + "…").compactString
  }

  /// A key path in double quotes.
  static func quoted(_ steps: [ArgumentSchemaCheck.Step]) -> String { quoted(path(steps)) }

  /// A key path such as `lead.score` or `tags[2]`.
  static func path(_ steps: [ArgumentSchemaCheck.Step]) -> String {
    var text = ""
    for step in steps {
      switch step {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }

  /// The word that passes a value as JSON, made of what was typed where that can be guessed.
  ///
  /// - Parameters:
  ///   - name: The argument.
  ///   - types: What it may be; an array or an object is among it.
  ///   - items: What its elements may be.
  ///   - text: What was given.
  /// - Returns: Such as `tags:='["a","b"]'`.
  static func jsonWord(
    _ name: String, types: ArgumentSchemaTypes, items: ArgumentSchemaTypes?, text: String?
  ) -> String {
    guard types.contains(.array) else { return "\(name):='{\"key\":\"value\"}'" }
    let takesText = items?.contains(.string) ?? true
    let fallback: [JSONValue] = takesText ? ["a", "b"] : items == .object ? [[:]] : [1, 2]
    var elements = fallback
    let odd: Set<Character> = ["[", "]", "{", "}", "'", "\"", "\\", "\n", "\r"]
    if let text, !text.isEmpty, text.utf8.count <= 80, !text.contains(where: odd.contains) {
      let pieces = text.split(separator: ",").map { piece in
        String(piece.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      elements =
        takesText
        ? pieces.map { .string($0) }
        : pieces.compactMap { piece in
          JSONNumber(text: piece).map(JSONValue.number)
        }
      if elements.isEmpty || elements.count != pieces.count { elements = fallback }
    }
    return "\(name):='\(JSONValue.array(elements).compactString)'"
  }
}
