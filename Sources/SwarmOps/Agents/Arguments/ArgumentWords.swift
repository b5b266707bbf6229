/// The words `key=value` and `key:=<json>` of a command line.
package enum ArgumentWords {
  /// Reads arguments given as words.
  ///
  /// The key is the text before the first `=`; a `:` right before that `=` says that JSON follows.
  /// `key=value` is read as the type in the schema:
  /// - a string, or where a string is among several types: the text as it is;
  /// - a number: the JSON number, digit by digit as typed;
  /// - a boolean: `true` or `false` in any case;
  /// - an array or object: JSON;
  /// - an `enum`: the value with that text, whatever its type;
  /// - no type: what the default or other parts of the schema suggest if the text is that, else
  ///   the text as it is.
  ///
  /// - Parameters:
  ///   - words: The words.
  ///   - base: Arguments from elsewhere (`--args`); words on the same keys replace them.
  ///   - schema: The agent's schema.
  ///   - isChecked: Whether a text that is not of the schema's type is refused; if not, it is passed
  ///     on as text.
  /// - Returns: The arguments by name, unchecked but for what could not be read.
  /// - Throws: ``SwarmError/Code/badArgument`` for the first word that cannot be read.
  package static func read(
    _ words: [String], base: JSONObject, schema: ArgumentSchema, isChecked: Bool = true
  ) throws(SwarmError) -> JSONObject {
    var arguments = base
    var seen: Set<JSONKey> = []
    for word in words {
      let bytes = word.utf8
      guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else {
        throw notAPair(word, schema)
      }
      let isJSON = bytes[..<equals].last == UInt8(ascii: ":")
      let name = String(word[..<(isJSON ? bytes.index(before: equals) : equals)])
      let text = String(word[bytes.index(after: equals)...])
      guard !name.isEmpty else {
        throw SwarmError(
          .badArgument, "\(quoted(word)) has no name before the \"=\"", hint: Hint(form(schema)))
      }
      guard seen.insert(JSONKey(name)).inserted else {
        throw SwarmError(
          .badArgument, "argument \(ArgumentSchemaWording.quoted(name)) is given twice",
          hint: "give it once; several values are one array, as in \(name):='[\"a\",\"b\"]'")
      }
      arguments[name] =
        isJSON
        ? try json(text, name)
        : try ArgumentValue(name, schema).read(text, name: name, isChecked: isChecked)
    }
    return arguments
  }

  private static func json(_ text: String, _ name: String) throws(SwarmError) -> JSONValue {
    do {
      return try JSONValue.parse(text)
    } catch {
      throw SwarmError(
        .badArgument, "argument \(ArgumentSchemaWording.quoted(name)) is not JSON: \(error)",
        hint: "after := comes JSON, as in \(name):='\"text\"'; plain text is \(name)=text")
    }
  }

  private static func notAPair(_ word: String, _ schema: ArgumentSchema) -> SwarmError {
    let parameter = schema.parameter(named: word)
    let names = schema.parameters.map(\.name)
    var hint = Hint(form(schema))
    if let parameter {
      hint = "write \(parameter.usage)"
    } else if word.hasPrefix("{") {
      hint = .use(.arguments(word.utf8.count <= 60 ? word : "{…}"), to: "give JSON")
    } else if let meant = Suggestion.closest(to: word, among: names) {
      hint = "write \(meant)=<value>"
    }
    return SwarmError(
      .badArgument, "\(quoted(word)) is not key=value", hint: hint, available: names)
  }

  private static func form(_ schema: ArgumentSchema) -> String {
    let parameters = schema.parameters.filter { !$0.isFilledIn }
    let example = parameters.first(where: \.isRequired) ?? parameters.first
    return "write arguments as key=value" + (example.map { ", such as \($0.usage)" } ?? "")
  }

  private static func quoted(_ word: String) -> String {
    ArgumentSchemaWording.given(.string(word))
  }
}
