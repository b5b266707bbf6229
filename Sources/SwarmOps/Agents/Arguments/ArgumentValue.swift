/// Reads the text of one argument as its schema says.
struct ArgumentValue {
  let schema: ArgumentSchema
  /// Nil for an argument that the schema does not know.
  let node: Int?

  init(_ name: String, _ schema: ArgumentSchema) {
    self.schema = schema
    if let known = schema.node(of: name) {
      node = known
    } else if case .schema(let other) = schema.nodes[0].additional {
      node = other
    } else {
      node = nil
    }
  }

  init(schema: ArgumentSchema, node: Int) {
    self.schema = schema
    self.node = node
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - name: The argument, for the error.
  ///   - isChecked: Whether a text that is not of the schema's type is refused, or passed on.
  func read(_ text: String, name: String, isChecked: Bool) throws(SwarmError) -> JSONValue {
    if let value = reading(text) { return value }
    guard isChecked, let node, let types = schema.nodes.types(of: node) else {
      return .string(text)
    }
    throw unreadable(text, name, types, node)
  }

  /// The value that a text stands for, or `nil` where the schema wants something else.
  func reading(_ text: String) -> JSONValue? {
    guard let node else { return .string(text) }
    let types = schema.nodes.types(of: node)
    let listed = schema.nodes.allowedValues(of: node, isWhole: false)
    if !listed.isEmpty, let choice = choice(text, listed, types) { return choice }
    guard let types else {
      return suggestedTypes(node).flatMap { scalarOrJSON(text, $0) } ?? .string(text)
    }
    if types.contains(.string) { return .string(text) }
    return scalarOrJSON(text, types)
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
    _ text: String, _ name: String, _ types: ArgumentSchemaTypes, _ node: Int
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
    return SwarmError(
      .badArgument, message,
      hint: .all([hint.map { Hint($0) }, ArgumentSchemaWording.wayOut].compactMap(\.self)))
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
