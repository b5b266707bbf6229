/// The words `key=value` and `key:=<json>` of a command line (spec section 4, "Arguments").
public enum ArgumentWords {
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
  public static func read(
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
        ? try json(text, name) : try ArgumentValue(name, schema).read(text, isChecked: isChecked)
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

/// Reads the text of one argument as its schema says.
private struct ArgumentValue {
  let name: String
  let schema: ArgumentSchema
  /// Nil for an argument that the schema does not know.
  let node: Int?

  init(_ name: String, _ schema: ArgumentSchema) {
    self.name = name
    self.schema = schema
    if let known = schema.node(of: name) {
      node = known
    } else if case .schema(let other) = schema.nodes[0].additional {
      node = other
    } else {
      node = nil
    }
  }

  func read(_ text: String, isChecked: Bool) throws(SwarmError) -> JSONValue {
    guard let node else { return .string(text) }
    let types = schema.nodes.types(of: node)
    let listed = schema.nodes.allowedValues(of: node, isWhole: false)
    if !listed.isEmpty, let choice = choice(text, listed, types) { return choice }
    guard let types else {
      return suggestedTypes(node).flatMap { scalarOrJSON(text, $0) } ?? .string(text)
    }
    if types.contains(.string) { return .string(text) }
    if let value = scalarOrJSON(text, types) { return value }
    guard isChecked else { return .string(text) }
    throw unreadable(text, types, node)
  }

  /// The listed value with this text, one of the declared type first.
  private func choice(
    _ text: String, _ allowed: [JSONValue], _ types: ArgumentSchemaTypes?
  ) -> JSONValue? {
    // A list beside an array means its elements; one of them alone is not the array.
    if let types, types.isSubset(of: [.array, .object]) { return nil }
    let number = JSONNumber(text: text)
    let matching = allowed.filter { value in
      switch value {
      case .string(let choice): choice.hasSameBytes(as: text)
      case .number(let choice): number?.hasSameValue(as: choice) ?? false
      case .bool(let choice): text.lowercased() == String(choice)
      default: value.compactString == text
      }
    }
    let exact = matching.filter { ArgumentSchemaNode.text(of: $0).hasSameBytes(as: text) }
    let best = exact.isEmpty ? matching : exact
    return best.first { types?.admit($0) ?? true } ?? best.first
  }

  /// What a schema without a type lets one guess; nil where nothing does.
  private func suggestedTypes(_ node: Int) -> ArgumentSchemaTypes? {
    let said = schema.nodes[node]
    if let usual = said.defaultValue, !usual.isNull {
      let type = ArgumentSchemaTypes(of: usual)
      return type == .integer ? .number : type
    }
    if said.minimum != nil || said.maximum != nil { return .number }
    if said.items != nil { return .array }
    return said.properties.isEmpty ? nil : .object
  }

  private func scalarOrJSON(_ text: String, _ types: ArgumentSchemaTypes) -> JSONValue? {
    if types.contains(.null), text == "null" { return .null }
    if types.contains(.boolean) {
      switch text.lowercased() {
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: break
      }
    }
    if !types.isDisjoint(with: [.integer, .number]), let number = JSONNumber(text: text) {
      return .number(number)
    }
    guard !types.isDisjoint(with: [.array, .object]), let value = try? JSONValue.parse(text) else {
      return nil
    }
    // An object for an array is readable; whether it is right is for the check to say.
    guard value.array != nil || value.object != nil else { return nil }
    return value
  }

  private func unreadable(
    _ text: String, _ types: ArgumentSchemaTypes, _ node: Int
  ) -> SwarmError {
    let choices = schema.nodes.allowedValues(of: node, isWhole: true)
    let right =
      choices.isEmpty
      ? ArgumentSchemaWording.expectation(types)
      : "one of \(ArgumentSchemaWording.choices(choices, separator: ", "))"
    var message = "argument \(ArgumentSchemaWording.quoted(name)) must be \(right) "
    message += "(got \(ArgumentSchemaWording.given(.string(text)))\(reason(text, types)))"
    var hint = schema.parameter(named: name).map { "give \($0.usage)" }
    if !types.isDisjoint(with: [.array, .object]) {
      let items = schema.nodes.first(in: node) { $0.items }.flatMap { schema.nodes.types(of: $0) }
      let word = ArgumentSchemaWording.jsonWord(name, types: types, items: items, text: text)
      hint = "give JSON, as in \(word)"
    }
    return SwarmError(.badArgument, message, hint: hint.map { Hint($0) })
  }

  /// Why a text that means to be a number or JSON is none.
  private func reason(_ text: String, _ types: ArgumentSchemaTypes) -> String {
    do {
      _ = try JSONValue.parse(text)
      return ""
    } catch {
      if !types.isDisjoint(with: [.array, .object]) { return ", not JSON: \(error)" }
      guard let first = text.utf8.first, (0x30...0x39).contains(first) || first == 0x2D else {
        return ""
      }
      let prefix = "invalid number: "
      let why = error.message.hasPrefix(prefix) ? error.message.dropFirst(prefix.count) : nil
      return ", not a JSON number\(why.map { ": \($0)" } ?? "")"
    }
  }
}
