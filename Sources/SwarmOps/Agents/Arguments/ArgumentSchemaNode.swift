/// One schema, read: what of it can be checked, everything else left out.
///
/// Nodes refer to each other by their place in a table, so that a schema may contain itself.
struct ArgumentSchemaNode: Sendable {
  /// A property that the schema declares.
  struct Property: Sendable {
    let name: String
    let node: Int
  }

  /// What the schema says of properties that it does not declare.
  enum Additional: Sendable {
    case unsaid
    case forbidden
    case schema(Int)
  }

  /// A `minimum` or `maximum`.
  struct Bound: Sendable {
    let number: JSONNumber
    let isExclusive: Bool
  }

  /// Nil where any type will do or the type is not understood.
  var types: ArgumentSchemaTypes?
  var isNullable = false
  /// The values of `enum` or `const`; empty where any will do.
  var allowed: [JSONValue] = []
  var minimum: Bound?
  var maximum: Bound?
  var items: Int?
  var properties: [Property] = []
  /// Places in `properties`.
  var places: [JSONKey: Int] = [:]
  var required: [String] = []
  var additional = Additional.unsaid
  /// Nodes that must all pass: `allOf` and `$ref`.
  var all: [Int] = []
  /// Groups of nodes of which one must pass: `anyOf` and `oneOf`.
  var any: [[Int]] = []
  var description: String?
  var defaultValue: JSONValue?

  /// Whether `enum` and type let a value through, as far as both can be meant.
  ///
  /// An `enum` that contradicts the type (`"type": "string", "enum": [1, 2]`) is a slip: what it
  /// lists passes, and so does the same text in the declared type.
  func admitsChoice(_ value: JSONValue) -> Bool {
    allowed.contains { choice in
      if choice.isEquivalent(to: value) { return true }
      guard let types, types.admit(value), !types.admit(choice) else { return false }
      if case .array(let elements) = value { return elements.allSatisfy(admitsChoice) }
      return Self.text(of: choice) == Self.text(of: value)
    }
  }

  /// A string itself, anything else as JSON.
  static func text(of value: JSONValue) -> String { value.string ?? value.compactString }
}

extension JSONNumber {
  /// Whether this is certainly greater than another; numbers too close to tell are not.
  func isGreater(than other: JSONNumber) -> Bool {
    if let left = int, let right = other.int { return left > right }
    return !hasSameValue(as: other) && approximation > other.approximation
  }

  /// The nearest double, infinite beyond the largest one.
  private var approximation: Double {
    double ?? (text.utf8.first == UInt8(ascii: "-") ? -.infinity : .infinity)
  }
}
