extension ArgumentSchema {
  /// One declared argument, for tables, help and completions.
  package struct Parameter: Sendable, Equatable {
    /// The argument's name.
    package let name: String
    /// Its type for people: `string`, `integer or null`, `array of string`, `one of a|b`, `any`.
    package let type: String
    /// Whether a call must give it; never where it has a default.
    package let isRequired: Bool
    /// Whether ``ArgumentSchema/fillingUser(_:namespace:)`` gives it, so that callers need not.
    package let isFilledIn: Bool
    /// What the author says about it.
    package let description: String?
    /// The only values allowed; empty where any will do.
    package let allowedValues: [JSONValue]
    /// What the agent takes when nothing is given.
    package let defaultValue: JSONValue?
    /// The range of a number, such as `1–5`, `≥ 1` or `< 10`.
    package let range: String?

    /// How to give it as a word: `content=<string>`, `importance=<integer 1–5>`.
    package var usage: String {
      let choice = type.hasPrefix("one of ") ? String(type.dropFirst(7)) : type
      return "\(name)=<\(choice)\(range.map { " \($0)" } ?? "")>"
    }

    /// The first line of the description, cut at 100 characters.
    package var summary: String? {
      guard let line = description?.split(whereSeparator: \.isNewline).first else { return nil }
      return line.count > 100 ? "\(line.prefix(99))…" : String(line)
    }
  }

  /// The declared arguments in the order of the schema; empty where it declares none.
  package var parameters: [Parameter] { declared?.map(parameter) ?? [] }

  /// How to give all arguments in one line: required ones plain, others in brackets.
  package var usage: String {
    parameters.filter { !$0.isFilledIn }
      .map { $0.isRequired ? $0.usage : "[\($0.usage)]" }
      .joined(separator: " ")
  }

  func parameter(named name: String) -> Parameter? {
    declared?.first { $0.name.hasSameBytes(as: name) }.map(parameter)
  }

  private func parameter(_ declared: [ArgumentSchemaNode].Declared) -> Parameter {
    let place = declared.node
    return Parameter(
      name: declared.name, type: typeText(of: place),
      isRequired: declared.isRequired && declared.name != Self.userParameter,
      isFilledIn: declared.name == Self.userParameter,
      description: nodes.first(in: place) { $0.description },
      allowedValues: nodes.allowedValues(of: place, isWhole: true),
      defaultValue: nodes.first(in: place) { $0.defaultValue }, range: range(of: place))
  }

  private func typeText(of place: Int, depth: Int = 0) -> String {
    let allowed = nodes.allowedValues(of: place, isWhole: true)
    if !allowed.isEmpty {
      return "one of \(ArgumentSchemaWording.choices(allowed, separator: "|"))"
    }
    if nodes[place].types == nil, let group = nodes.first(in: place, { $0.any.first }), depth < 4 {
      var words: [String] = []
      for alternative in group {
        let word = typeText(of: alternative, depth: depth + 1)
        if !words.contains(word) { words.append(word) }
      }
      return words.contains("any") ? "any" : words.joined(separator: " or ")
    }
    guard let types = nodes.types(of: place) else { return "any" }
    let words = types.words.map { word in
      guard word == "array", depth < 4, let items = nodes.first(in: place, { $0.items }) else {
        return word
      }
      let element = typeText(of: items, depth: depth + 1)
      return element == "any" ? word : "array of \(element)"
    }
    return words.joined(separator: " or ")
  }

  private func range(of place: Int) -> String? {
    let minimum = nodes.first(in: place) { $0.minimum }
    let maximum = nodes.first(in: place) { $0.maximum }
    switch (minimum, maximum) {
    case (nil, nil): return nil
    case (let low?, let high?) where !low.isExclusive && !high.isExclusive:
      return "\(low.number)–\(high.number)"
    default:
      let low = minimum.map { "\($0.isExclusive ? ">" : "≥") \($0.number)" }
      let high = maximum.map { "\($0.isExclusive ? "<" : "≤") \($0.number)" }
      return [low, high].compactMap(\.self).joined(separator: ", ")
    }
  }
}
