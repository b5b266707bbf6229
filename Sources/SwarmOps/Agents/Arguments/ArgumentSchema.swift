/// What an agent's metadata says about its arguments.
///
/// Metadata is often sloppy. Checking never refuses what a well-meant reading of it allows:
/// whatever is malformed, unknown or contradictory is passed on. Checked are `type`, `enum`,
/// `const`, `required`, `minimum`, `maximum` and their exclusive forms, `items`, `properties`,
/// `additionalProperties`, `nullable`, `anyOf`, `oneOf` (as `anyOf`), `allOf`, and `$ref` within
/// the schema.
package struct ArgumentSchema: Sendable {
  /// The argument that a call's own user is filled in for.
  package static let userParameter = "user_guid"

  let nodes: [ArgumentSchemaNode]
  /// Every declared argument in order; nil where the metadata declares nothing that can be read.
  let declared: [[ArgumentSchemaNode].Declared]?
  private let places: [JSONKey: Int]

  /// Reads `metadata.parameters`.
  ///
  /// Besides JSON Schema, two other forms that authors write are understood: the properties
  /// without anything around them, and an array of objects with a `name` each.
  ///
  /// - Parameter parameters: Anything; what is no schema lets every argument through.
  package init(parameters: JSONValue?) {
    let root = Self.schema(from: parameters)
    var nodes = ArgumentSchemaReader(root: root ?? [:]).nodes
    // The arguments are always an object, whatever the schema says at its top.
    nodes[0].types = nil
    nodes[0].allowed = []
    nodes[0].defaultValue = nil
    let declared = nodes.declaredProperties(of: 0)
    var places: [JSONKey: Int] = [:]
    for (place, argument) in declared.enumerated() { places[JSONKey(argument.name)] = place }
    self.nodes = nodes
    self.places = places
    self.declared = declared.isEmpty && root?["properties"]?.object == nil ? nil : declared
  }

  /// Checks the arguments of a call.
  ///
  /// What is not of the declared type is converted where nothing is lost, with a warning. Names that
  /// the schema does not know are refused where it says `additionalProperties: false`, where they are
  /// near a name that it knows, and where they mean the user of the call; all others are passed on
  /// with a warning. Defaults are left to the agent. The user parameter counts as given, since
  /// ``fillingUser(_:namespace:)`` does that.
  ///
  /// - Parameters:
  ///   - arguments: The arguments by name.
  ///   - isStrict: Whether every name that the schema does not know is refused.
  /// - Returns: The arguments to pass on; warnings, a sentence each; and what may have been meant by
  ///   names that are passed on, for the case that the call fails.
  /// - Throws: ``SwarmError/Code/badArgument`` naming every mistake (ten at most) and what would
  ///   be right.
  package func check(
    _ arguments: JSONObject, isStrict: Bool = false
  ) throws(SwarmError) -> (arguments: JSONObject, warnings: [String], advice: Hint?) {
    var (passed, warnings) = (arguments, [String]())
    var check = ArgumentSchemaCheck(nodes: nodes)
    check.check(.object(arguments), against: 0)
    if !check.mistakes.isEmpty {
      var conversion = ArgumentConversion(schema: self)
      passed = conversion.convert(arguments)
      if !conversion.warnings.isEmpty {
        warnings = conversion.warnings
        check = ArgumentSchemaCheck(nodes: nodes)
        check.check(.object(passed), against: 0)
      }
    }
    let unknown = UnknownArguments(passed, schema: self, isStrict: isStrict)
    let mistakes = check.mistakes + unknown.mistakes(besides: check.mistakes)
    guard mistakes.isEmpty else { throw error(mistakes, hint: unknown.hint) }
    return (passed, warnings + unknown.warnings, unknown.advice)
  }

  /// Fills in the user of the call where the schema has a `user_guid`.
  ///
  /// Nothing given, an empty text, `null` and the sentinel all mean "the call's own".
  ///
  /// - Parameters:
  ///   - arguments: The arguments by name.
  ///   - namespace: The namespace of the call.
  /// - Returns: The arguments with the user's GUID in lower case, or the sentinel for shared.
  /// - Throws: ``SwarmError/Code/badArgument`` where the caller passes another user.
  package func fillingUser(
    _ arguments: JSONObject, namespace: Namespace
  ) throws(SwarmError) -> JSONObject {
    guard node(of: Self.userParameter) != nil else { return arguments }
    let own = namespace.user?.description ?? GUID.anonymousSentinel
    let given = arguments[Self.userParameter] ?? .null
    var isOwn = given.isNull
    if let text = given.string {
      isOwn = text.isEmpty || text.lowercased() == GUID.anonymousSentinel
      if let guid = GUID(text) { isOwn = guid == namespace.user }
    }
    guard isOwn else {
      let call = namespace.user.map { "is for user \($0)" } ?? "is anonymous"
      throw SwarmError(
        .badArgument,
        "argument \"\(Self.userParameter)\" is \(ArgumentSchemaWording.given(given)), "
          + "but this call \(call)",
        hint: .all([
          "leave \(Self.userParameter) out, it is filled in",
          .use(.user, to: "call for another user"),
        ]))
    }
    var filled = arguments
    filled[Self.userParameter] = .string(own)
    return filled
  }

  /// The node of a declared argument.
  func node(of name: String) -> Int? {
    places[JSONKey(name)].flatMap { declared?[$0].node }
  }
}

extension ArgumentSchema {
  /// The schema that an agent's parameters stand for; `nil` for what is none.
  static func schema(from parameters: JSONValue?) -> JSONObject? {
    switch parameters {
    case .object(let object):
      let keywords = [
        "properties", "additionalProperties", "$ref", "allOf", "anyOf", "oneOf", "$defs",
        "definitions",
      ]
      guard !object.isEmpty, object["type"]?.string == nil,
        !keywords.contains(where: { object[$0] != nil }),
        object.values.allSatisfy({ $0.object != nil })
      else { return object }
      return ["properties": .object(object)]
    case .array(let elements):
      let pairs = elements.compactMap { element in
        element["name"]?.string.map { (key: $0, value: element) }
      }
      return pairs.isEmpty ? nil : ["properties": .object(JSONObject(pairs))]
    default: return nil
    }
  }

  private func error(_ mistakes: [ArgumentSchemaCheck.Mistake], hint user: Hint?) -> SwarmError {
    var hints: [String] = []
    for mistake in mistakes where hints.count < 3 {
      guard let name = mistake.argument, let parameter = parameter(named: name) else { continue }
      var hint = parameter.usage
      if mistake.missing == name, let summary = parameter.summary { hint += " (\(summary))" }
      if !hints.contains(hint) { hints.append(hint) }
    }
    var message = mistakes.map(\.message).joined(separator: "; ")
    if mistakes.count >= ArgumentSchemaCheck.mistakeLimit { message += "; and perhaps more" }
    let give = hints.isEmpty ? nil : Hint("give \(hints.joined(separator: " "))")
    let all = [user, give].compactMap(\.self)
    return SwarmError(
      .badArgument, message,
      hint: .all(all + [ArgumentSchemaWording.wayOut]),
      available: mistakes.contains(where: \.isAboutNames) ? declared?.map(\.name) ?? [] : [])
  }
}
