/// Agents' parameters as the input schema of a model's tool.
///
/// Metadata is often sloppy, and clients drop a whole list of tools for one schema that is none. What
/// comes out here is always a JSON Schema of an object: types that are known words, no keyword with a
/// value that it cannot have, nothing at the top that models refuse. What is left out is checked all
/// the same when a call comes, by ``ArgumentSchema``.
package struct ToolSchema {
  /// Deeper than any real schema.
  private static let depthLimit = 64

  private let root: JSONObject

  /// The schema of a tool.
  ///
  /// The call's own user is filled in, so ``ArgumentSchema/userParameter`` is not shown.
  ///
  /// - Parameter parameters: An agent's `metadata.parameters`, whatever it is.
  /// - Returns: The schema, whose `type` is `object`.
  package static func object(for parameters: JSONValue?) -> JSONObject {
    let given = ArgumentSchema.schema(from: parameters) ?? [:]
    return ToolSchema(root: given).top(given)
  }

  private func top(_ given: JSONObject) -> JSONObject {
    var merged = given
    // What models refuse at the top is taken apart as far as it only adds arguments.
    for part in given["allOf"]?.array ?? [] { merge(part, into: &merged) }
    if let target = given["$ref"]?.string.flatMap(target) { merge(target, into: &merged) }
    for key in ["allOf", "anyOf", "oneOf", "not", "enum", "const", "$ref", "nullable", "items"] {
      merged[key] = nil
    }
    merged["type"] = "object"
    var schema = cleaned(merged, depth: 0)
    var properties = schema["properties"]?.object ?? [:]
    properties[ArgumentSchema.userParameter] = nil
    schema["properties"] = .object(properties)
    let required = (schema["required"]?.array ?? []).filter {
      $0 != .string(ArgumentSchema.userParameter)
    }
    schema["required"] = required.isEmpty ? nil : .array(required)
    return schema
  }

  private func merge(_ part: JSONValue, into whole: inout JSONObject) {
    guard let part = part.object else { return }
    var properties = whole["properties"]?.object ?? [:]
    for (name, schema) in part["properties"]?.object ?? [:] where properties[name] == nil {
      properties[name] = schema
    }
    if !properties.isEmpty { whole["properties"] = .object(properties) }
    let required = (whole["required"]?.array ?? []) + (part["required"]?.array ?? [])
    if !required.isEmpty { whole["required"] = .array(required) }
  }

  // MARK: One schema

  private func cleaned(_ schema: JSONValue, depth: Int) -> JSONValue {
    switch schema {
    case .object(let object) where depth < Self.depthLimit:
      return .object(cleaned(object, depth: depth))
    case .string(let word):
      // `"properties": {"content": "string"}`; a sentence there is a description.
      if !word.contains(" "), let type = Self.type(schema) { return ["type": type] }
      return ["description": schema]
    default: return [:]
    }
  }

  private func cleaned(_ schema: JSONObject, depth: Int) -> JSONObject {
    var result = JSONObject()
    for (key, value) in schema {
      if let kept = member(key, value, of: schema, depth: depth + 1) { result[key] = kept }
    }
    if let required = required(schema) { result["required"] = required }
    if schema["nullable"]?.bool == true { allowNull(&result) }
    let types = result["type"]?.array ?? result["type"].map { [$0] } ?? []
    if types.contains("array"), result["items"] == nil { result["items"] = [:] }
    return result
  }

  /// The value of one keyword, or `nil` where it can have no such value.
  private func member(_ key: String, _ value: JSONValue, of schema: JSONObject, depth: Int)
    -> JSONValue?
  {
    switch key {
    case "required", "nullable", "id", "$id", "$anchor", "$dynamicAnchor", "$dynamicRef": return nil
    case "type": return Self.type(value)
    case "description", "title", "format", "pattern", "$schema", "$comment", "contentEncoding",
      "contentMediaType":
      return value.string == nil ? nil : value
    case "enum", "examples": return value.array.flatMap { $0.isEmpty ? nil : finite(value) }
    case "$ref": return value.string.flatMap(target) == nil ? nil : value
    case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas":
      return value.object.map { object in
        .object(JSONObject(object.map { ($0, cleaned($1, depth: depth)) }))
      }
    case "items", "not", "contains", "propertyNames", "if", "then", "else":
      if value.array != nil { return [:] }
      return value.bool != nil ? value : cleaned(value, depth: depth)
    case "additionalProperties", "unevaluatedProperties", "unevaluatedItems":
      if value.bool != nil { return value }
      return value.object.map { .object(cleaned($0, depth: depth)) }
    case "anyOf", "oneOf", "allOf", "prefixItems":
      guard let parts = value.array, !parts.isEmpty else { return nil }
      return .array(parts.map { cleaned($0, depth: depth) })
    case "minimum", "maximum", "multipleOf": return number(value)
    case "exclusiveMinimum": return exclusive(value, schema["minimum"])
    case "exclusiveMaximum": return exclusive(value, schema["maximum"])
    case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
      return value.int.flatMap { $0 < 0 ? nil : value }
    case "uniqueItems", "readOnly", "writeOnly", "deprecated":
      return value.bool == nil ? nil : value
    default: return finite(value)
    }
  }

  /// A type in JSON Schema's words, or `nil` for what is not understood.
  private static func type(_ value: JSONValue) -> JSONValue? {
    guard let words = ArgumentSchemaTypes(value)?.words else { return nil }
    return words.count == 1 ? .string(words[0]) : .array(words.map(JSONValue.string))
  }

  private func number(_ value: JSONValue) -> JSONValue? {
    value.number.flatMap { $0.isFinite ? value : nil }
  }

  /// Draft 4 has `true` beside the plain bound.
  private func exclusive(_ value: JSONValue, _ plain: JSONValue?) -> JSONValue? {
    value.bool == true ? plain.flatMap(number) : number(value)
  }

  /// The names that must be given, also where draft 3 says it at the property.
  private func required(_ schema: JSONObject) -> JSONValue? {
    let declared = schema["properties"]?.object
    var names: [JSONValue] = []
    func add(_ name: String) {
      let isKnown = declared.map { $0[name] != nil } ?? true
      if isKnown, !names.contains(.string(name)) { names.append(.string(name)) }
    }
    for name in schema["required"]?.array ?? [] { name.string.map(add) }
    for (name, property) in declared ?? [:] where property["required"]?.bool == true { add(name) }
    return names.isEmpty ? nil : .array(names)
  }

  private func allowNull(_ schema: inout JSONObject) {
    switch schema["type"] {
    case .string(let word)? where word != "null": schema["type"] = [.string(word), "null"]
    case .array(let words)? where !words.contains("null"):
      schema["type"] = .array(words + ["null"])
    default: break
    }
    if let allowed = schema["enum"]?.array, !allowed.contains(.null) {
      schema["enum"] = .array(allowed + [.null])
    }
  }

  /// A value as it is, unless it holds a number that JSON has not.
  private func finite(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .number(let number): number.isFinite ? value : nil
    case .array(let elements): elements.contains { finite($0) == nil } ? nil : value
    case .object(let object): object.values.contains { finite($0) == nil } ? nil : value
    case .null, .bool, .string: value
    }
  }

  /// What a `$ref` within the schema names (RFC 6901), or `nil` where it names nothing.
  private func target(_ pointer: String) -> JSONValue? {
    if pointer == "#" { return .object(root) }
    guard pointer.hasPrefix("#/") else { return nil }
    var target = JSONValue.object(root)
    for part in pointer.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
      let key = part.split(separator: "~1", omittingEmptySubsequences: false)
        .map { $0.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~") }
        .joined(separator: "/")
      guard let member = target[key] else { return nil }
      target = member
    }
    return target
  }
}
