/// A JSON value that keeps numbers as they were written and members in their order.
///
/// Two values are equal when they would be written with the same bytes; ``isEquivalent(to:)``
/// compares what they stand for.
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, as its exact source text.
  case number(JSONNumber)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object, its members in order.
  case object(JSONObject)
}

extension JSONValue: Equatable {
  /// Whether both would be written with the same bytes.
  ///
  /// - Parameters:
  ///   - left: One value.
  ///   - right: The other.
  /// - Returns: Whether they are equal.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  /// Whether both stand for the same value: members in any order, `1` like `1.0`.
  ///
  /// - Parameter other: The value to compare with.
  /// - Returns: Whether they are equivalent.
  public func isEquivalent(to other: JSONValue) -> Bool {
    switch (self, other) {
    case (.number(let left), .number(let right)): left.hasSameValue(as: right)
    case (.array(let left), .array(let right)):
      left.elementsEqual(right) { $0.isEquivalent(to: $1) }
    case (.object(let left), .object(let right)):
      left.count == right.count
        && left.allSatisfy { key, value in right[key]?.isEquivalent(to: value) ?? false }
    default: self == other
    }
  }
}

extension JSONValue {
  /// The string, if this is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The integer, if this is a number with an integral value that fits.
  public var int: Int? { if case .number(let value) = self { value.int } else { nil } }
  /// The nearest double, if this is a number within range.
  public var double: Double? { if case .number(let value) = self { value.double } else { nil } }
  /// The number, if this is one.
  public var number: JSONNumber? { if case .number(let value) = self { value } else { nil } }
  /// The truth value, if this is one.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements, if this is an array.
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The members, if this is an object.
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// Whether this is `null`.
  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The value of a member; nil if there is none or this is not an object.
  ///
  /// - Parameter key: The member's key.
  public subscript(key: String) -> JSONValue? { object?[key] }

  /// What JSON Schema calls the type: `string`, `integer`, `number`, `boolean`, `array`, `object`
  /// or `null`; a number with an integral value is an `integer`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number(let number): number.isInteger ? "integer" : "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Makes a truth value.
  ///
  /// - Parameter value: The literal.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Makes a number.
  ///
  /// - Parameter value: The literal.
  public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }

  /// Makes a number.
  ///
  /// - Parameter value: The literal.
  public init(floatLiteral value: Double) { self = .number(JSONNumber(value)) }

  /// Makes a string.
  ///
  /// - Parameter value: The literal.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes an array.
  ///
  /// - Parameter elements: The elements.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// Makes an object.
  ///
  /// - Parameter elements: Keys and values; the last of a repeated key wins.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (key, value) in elements { object.set(JSONKey(key), value) }
    self = .object(object)
  }
}
