/// Makes of given values what the schema wants, where nothing is lost by it.
///
/// Programs and models often give every value as text. What `key=value` on a command line would be
/// read as is read so here too: `"3"`, `"true"`, `"[1, 2]"`, and one of an `enum` in another case.
struct ArgumentConversion {
  private let schema: ArgumentSchema
  private var steps: [ArgumentSchemaCheck.Step] = []
  /// What was converted, a sentence each.
  private(set) var warnings: [String] = []

  /// The deepest value that is looked into, and the most that is told.
  private static let limits = (depth: 16, warnings: 20)

  init(schema: ArgumentSchema) { self.schema = schema }

  /// Converts the arguments of a call.
  ///
  /// - Parameter arguments: The arguments by name.
  /// - Returns: The arguments in the same order.
  mutating func convert(_ arguments: JSONObject) -> JSONObject {
    var converted = arguments
    for (name, value) in arguments {
      guard let node = schema.node(of: name) else { continue }
      steps = [.key(name)]
      if let other = convert(value, node) { converted[name] = other }
    }
    return converted
  }

  /// The converted value, or `nil` where it stays as it is.
  private mutating func convert(_ value: JSONValue, _ node: Int) -> JSONValue? {
    guard steps.count <= Self.limits.depth else { return nil }
    switch value {
    case .string(let text): return convert(text, node)
    case .array(let elements): return convert(elements, node)
    case .object(let members): return convert(members, node)
    case .null, .bool, .number: return nil
    }
  }

  private mutating func convert(_ text: String, _ node: Int) -> JSONValue? {
    guard !passes(.string(text), node) else { return nil }
    let read = ArgumentValue(schema: schema, node: node).reading(text)
    let readings = [read, choice(text, node)].compactMap(\.self)
    guard let value = readings.first(where: { passes($0, node) }) else { return nil }
    if warnings.count < Self.limits.warnings {
      let name = ArgumentSchemaWording.quoted(steps)
      warnings.append(
        "argument \(name) was given as \(ArgumentSchemaWording.given(.string(text))) and is passed "
          + "on as \(ArgumentSchemaWording.given(value))")
    }
    return value
  }

  private mutating func convert(_ elements: [JSONValue], _ node: Int) -> JSONValue? {
    guard let items = schema.nodes.first(in: node, { $0.items }) else { return nil }
    var converted = elements
    var isChanged = false
    for (index, element) in elements.enumerated() {
      steps.append(.index(index))
      if let other = convert(element, items) {
        converted[index] = other
        isChanged = true
      }
      steps.removeLast()
    }
    return isChanged ? .array(converted) : nil
  }

  private mutating func convert(_ members: JSONObject, _ node: Int) -> JSONValue? {
    var converted = members
    var isChanged = false
    for (name, value) in members {
      let property = schema.nodes.first(in: node) { said in
        said.places[JSONKey(name)].map { said.properties[$0].node }
      }
      guard let property else { continue }
      steps.append(.key(name))
      if let other = convert(value, property) {
        converted[name] = other
        isChanged = true
      }
      steps.removeLast()
    }
    return isChanged ? .object(converted) : nil
  }

  /// The one listed text that is the same in another case.
  private func choice(_ text: String, _ node: Int) -> JSONValue? {
    let folded = text.lowercased()
    let matching = schema.nodes.allowedValues(of: node, isWhole: false).filter {
      $0.string?.lowercased() == folded
    }
    return matching.count == 1 ? matching[0] : nil
  }

  private func passes(_ value: JSONValue, _ node: Int) -> Bool {
    var check = ArgumentSchemaCheck(nodes: schema.nodes)
    check.check(value, against: node)
    return check.mistakes.isEmpty
  }
}
