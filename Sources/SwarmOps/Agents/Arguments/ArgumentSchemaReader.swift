/// Reads JSON Schema into nodes; whatever is malformed is left out, so it is never checked.
struct ArgumentSchemaReader {
  private(set) var nodes: [ArgumentSchemaNode] = []
  private let root: JSONObject
  private var references: [String: Int] = [:]
  private var depth = 0

  /// Bounds that no real schema comes near; past them a schema counts as saying nothing.
  private static let limits = (depth: 128, nodes: 50_000)

  /// Reads a whole schema; its node is the first.
  ///
  /// - Parameter root: The schema, from which `$ref` is resolved.
  init(root: JSONObject) {
    self.root = root
    references["#"] = 0
    _ = read(.object(root))
  }

  private mutating func read(_ schema: JSONValue) -> Int {
    let place = nodes.count
    nodes.append(ArgumentSchemaNode())
    // `"properties": {"content": "string"}` is met too; a sentence there is a description.
    if let word = schema.string, !word.contains(" ") {
      nodes[place].types = ArgumentSchemaTypes(word: word)
    }
    guard
      case .object(let object) = schema, depth < Self.limits.depth, place < Self.limits.nodes
    else { return place }
    depth += 1
    let node = node(from: object)
    depth -= 1
    nodes[place] = node
    return place
  }

  private mutating func node(from object: JSONObject) -> ArgumentSchemaNode {
    var node = ArgumentSchemaNode()
    node.types = ArgumentSchemaTypes(object["type"])
    node.isNullable = object["nullable"]?.bool ?? false
    node.allowed = object["enum"]?.array ?? []
    if node.allowed.isEmpty, let only = object["const"] { node.allowed = [only] }
    node.minimum = bound(object["minimum"], exclusive: object["exclusiveMinimum"], keep: >)
    node.maximum = bound(object["maximum"], exclusive: object["exclusiveMaximum"], keep: <)
    node.description = object["description"]?.string
    node.defaultValue = object["default"]
    if let items = object["items"], items.object != nil { node.items = read(items) }
    readProperties(of: object, into: &node)
    readCombinations(of: object, into: &node)
    return node
  }

  /// The stricter of both forms; draft 4 has `exclusiveMinimum: true` beside `minimum`.
  private func bound(
    _ plain: JSONValue?, exclusive: JSONValue?, keep: (Double, Double) -> Bool
  ) -> ArgumentSchemaNode.Bound? {
    if let number = exclusive?.number {
      let isStricter = plain?.double.flatMap { plain in
        number.double.map { $0 == plain || keep($0, plain) }
      }
      if isStricter ?? true { return .init(number: number, isExclusive: true) }
    }
    return plain?.number.map { .init(number: $0, isExclusive: exclusive?.bool ?? false) }
  }

  private mutating func readProperties(
    of object: JSONObject, into node: inout ArgumentSchemaNode
  ) {
    let declared = object["properties"]?.object
    var required: [String] = []
    for (name, schema) in declared ?? [:] {
      node.places[JSONKey(name)] = node.properties.count
      node.properties.append(.init(name: name, node: read(schema)))
      // Draft 3 says it at the property.
      if schema["required"]?.bool == true { required.append(name) }
    }
    for case .string(let name) in object["required"]?.array ?? [] {
      // A name that the properties lack is a slip of the author; nobody could know what to give.
      if declared != nil, node.places[JSONKey(name)] == nil { continue }
      required.append(name)
    }
    var seen: Set<JSONKey> = []
    node.required = required.filter { name in
      guard seen.insert(JSONKey(name)).inserted else { return false }
      guard let place = node.places[JSONKey(name)] else { return true }
      return defaultValue(of: node.properties[place].node) == nil
    }
    switch object["additionalProperties"] {
    case .bool(false):
      // Names may match a pattern, or a declaration that could not be read.
      let isClear = declared != nil || object["properties"] == nil
      if isClear, object["patternProperties"] == nil { node.additional = .forbidden }
    case .some(let schema) where schema.object != nil: node.additional = .schema(read(schema))
    default: break
    }
  }

  private func defaultValue(of place: Int, depth: Int = 0) -> JSONValue? {
    if let value = nodes[place].defaultValue { return value }
    guard depth < 8 else { return nil }
    for part in nodes[place].all {
      if let value = defaultValue(of: part, depth: depth + 1) { return value }
    }
    return nil
  }

  private mutating func readCombinations(
    of object: JSONObject, into node: inout ArgumentSchemaNode
  ) {
    if let pointer = object["$ref"]?.string, let target = resolve(pointer) {
      node.all.append(target)
    }
    for part in object["allOf"]?.array ?? [] { node.all.append(read(part)) }
    for key in ["anyOf", "oneOf"] {
      guard let alternatives = object[key]?.array, !alternatives.isEmpty else { continue }
      var group: [Int] = []
      for alternative in alternatives { group.append(read(alternative)) }
      node.any.append(group)
    }
  }

  /// The node that a `$ref` within this schema names (RFC 6901); nil for all others.
  private mutating func resolve(_ pointer: String) -> Int? {
    if let known = references[pointer] { return known }
    guard pointer.hasPrefix("#/") else { return nil }
    var parts = pointer.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false)
    // Some write the pointer from the metadata instead of from the parameters.
    if parts.first == "parameters", root["parameters"] == nil { parts.removeFirst() }
    var target = JSONValue.object(root)
    for part in parts {
      let key = Self.unescaped(part)
      if let member = target[key] {
        target = member
      } else if let elements = target.array, let index = Int(key), elements.indices ~= index {
        target = elements[index]
      } else {
        return nil
      }
    }
    // Known before it is read, since it may contain itself.
    references[pointer] = nodes.count
    return read(target)
  }

  private static func unescaped(_ part: Substring) -> String {
    guard part.contains("~") else { return String(part) }
    var text = ""
    var isEscape = false
    for character in part {
      switch (isEscape, character) {
      case (true, "0"): text.append("~")
      case (true, "1"): text.append("/")
      case (true, _): text += "~\(character)"
      case (false, "~"): break
      case (false, _): text.append(character)
      }
      isEscape = !isEscape && character == "~"
    }
    return text
  }
}
