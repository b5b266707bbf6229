/// The types that a schema allows for a value, in JSON Schema's sense.
struct ArgumentSchemaTypes: OptionSet, Sendable {
  let rawValue: UInt8

  static let string = ArgumentSchemaTypes(rawValue: 1)
  static let integer = ArgumentSchemaTypes(rawValue: 2)
  /// Any number; integers are numbers.
  static let number = ArgumentSchemaTypes(rawValue: 4)
  static let boolean = ArgumentSchemaTypes(rawValue: 8)
  static let array = ArgumentSchemaTypes(rawValue: 16)
  static let object = ArgumentSchemaTypes(rawValue: 32)
  static let null = ArgumentSchemaTypes(rawValue: 64)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Reads the word of a `type`, or one of the names that Python authors write for it.
  ///
  /// - Parameter word: Such as `string`, `int` or `List[str]`; nil is returned for others, which
  ///   say nothing that could be checked.
  init?(word: String) {
    let plain = word.lowercased().prefix { $0 != "[" && $0 != "<" && $0 != " " }
    switch plain {
    case "string", "str", "text": self = .string
    case "integer", "int", "long": self = .integer
    case "number", "float", "double", "decimal": self = .number
    case "boolean", "bool": self = .boolean
    case "array", "list", "tuple", "set": self = .array
    case "object", "dict", "dictionary", "map": self = .object
    case "null", "none", "nonetype": self = .null
    default: return nil
    }
  }

  /// Reads the value of a `type`: a word, or an array of words.
  ///
  /// - Parameter value: nil is returned when any part of it is not understood.
  init?(_ value: JSONValue?) {
    switch value {
    case .string(let words):
      // "string|null" and "integer or null" are met in the wild.
      var types: ArgumentSchemaTypes = []
      for word in words.split(separator: "|") {
        guard let type = Self(word: String(word.drop { $0 == " " })) else { return nil }
        types.insert(type)
      }
      // A sentence such as "array of strings" is understood, "integer or null" is not guessed at.
      guard !types.isEmpty, !words.contains(" or ") else { return nil }
      self = types
    case .array(let elements):
      var types: ArgumentSchemaTypes = []
      for element in elements {
        guard let type = Self(element) else { return nil }
        types.formUnion(type)
      }
      guard !types.isEmpty else { return nil }
      self = types
    default: return nil
    }
  }

  /// The type of a value; `.integer` for a number without a fraction, `5.0` included.
  init(of value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool: self = .boolean
    case .number(let number): self = number.isInteger ? .integer : .number
    case .string: self = .string
    case .array: self = .array
    case .object: self = .object
    }
  }

  /// Whether a value has one of these types.
  func admit(_ value: JSONValue) -> Bool {
    let type = Self(of: value)
    return contains(type) || type == .integer && contains(.number)
  }

  /// JSON Schema's words, in a fixed order.
  var words: [String] {
    let names: [(ArgumentSchemaTypes, String)] = [
      (.string, "string"), (.integer, "integer"), (.number, "number"), (.boolean, "boolean"),
      (.array, "array"), (.object, "object"), (.null, "null"),
    ]
    return names.filter { contains($0.0) }.map(\.1)
  }
}
