/// Typed access to one object of a bundle, with errors that name file and key path.
struct BundleFields {
  /// The object.
  let object: JSONObject
  /// What the object is in, for messages: a path or "standard input".
  let file: String
  /// What comes before a key in messages, such as `agents[3].`.
  var prefix = ""
  /// The key paths of strings that could not be read as they are (``LoneSurrogates``).
  var unreadable: Set<String> = []

  /// A string that must be there.
  func required(_ key: String) throws(SwarmError) -> String {
    guard let text = try optional(key) else {
      throw error(key, "is missing", hint: "add the field \(key.quoted) with a string")
    }
    return text
  }

  /// A string that may be absent, and null where `nullable`.
  func optional(_ key: String, nullable: Bool = false) throws(SwarmError) -> String? {
    guard let value = object[key] else { return nil }
    if let text = value.string {
      guard !unreadable.contains(prefix + key) else {
        throw error(
          key, "has half of a surrogate pair, such as \\ud800, which stands for no character",
          hint: "put the character there that was meant")
      }
      return text
    }
    if value.isNull && nullable { return nil }
    throw wrongType(key, value, expected: "a string")
  }

  /// An array of objects that may be absent.
  ///
  /// - Parameters:
  ///   - key: The array.
  ///   - name: The one field of an element that is a string instead of an object.
  func objects(_ key: String, ofStrings name: String? = nil) throws(SwarmError) -> [BundleFields]? {
    guard let value = object[key] else { return nil }
    guard let elements = value.array else {
      throw wrongType(key, value, expected: "an array of objects")
    }
    var result: [BundleFields] = []
    result.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      let object: JSONObject
      if let fields = element.object {
        object = fields
      } else if let name, element.string != nil {
        object = [name: element]
      } else {
        throw wrongType("\(key)[\(index)]", element, expected: "an object")
      }
      result.append(
        BundleFields(
          object: object, file: file, prefix: "\(prefix)\(key)[\(index)].", unreadable: unreadable))
    }
    return result
  }

  /// An error about one field.
  func error(_ key: String, _ problem: String, hint: Hint? = nil) -> SwarmError {
    SwarmError(.badBundle, "\(file): \(prefix)\(key) \(problem)", hint: hint, path: file)
  }

  private func wrongType(_ key: String, _ value: JSONValue, expected: String) -> SwarmError {
    error(key, "is \(value.typeWithArticle) where \(expected) belongs")
  }
}

extension JSONValue {
  /// The type in a sentence, such as "an array" or "null".
  var typeWithArticle: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
