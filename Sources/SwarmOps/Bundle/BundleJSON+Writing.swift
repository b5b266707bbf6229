/// How a bundle's JSON is written: what ``BundleJSON`` reads back.
extension BundleJSON {
  /// The JSON of a bundle: the known fields in the specification's order, then the others.
  ///
  /// - Parameters:
  ///   - bundle: The bundle.
  ///   - form: What the JSON is for.
  ///   - swarm: The swarm, or `nil` for a bundle that names none.
  ///   - createdAt: When it was made, or `nil` to leave the field out.
  ///   - createdBy: Who made it, or `nil` to leave the field out.
  static func object(
    of bundle: SwarmBundle, _ form: Form, _ swarm: GUID?, createdAt: String?, createdBy: String?
  ) -> JSONObject {
    var object: JSONObject = [Key.schema: .string(SwarmBundle.schema)]
    if let swarm { object[Key.swarmGUID] = .string(swarm.description) }
    object[Key.name] = .string(bundle.name)
    object[Key.purpose] = .string(bundle.purpose)
    if form != .folder { object[Key.soul] = .string(bundle.soul) }
    if let createdAt { object[Key.createdAt] = .string(createdAt) }
    if let createdBy { object[Key.createdBy] = .string(createdBy) }
    if form != .folder { object[Key.agentCount] = .number(JSONNumber(bundle.agents.count)) }
    object[Key.agents] = .array(
      bundle.agents.map { agent in
        entry(
          form, Key.fileName, agent.fileName, agent.fields, source: agent.source, isText: true,
          sha256: agent.sha256)
      })
    if !bundle.helpers.isEmpty {
      object[Key.files] = .array(
        bundle.helpers.map { file in
          entry(
            form, Key.path, file.path, [:], source: file.source, isText: file.isText,
            sha256: file.sha256)
        })
    }
    for (key, value) in bundle.otherFields where object[key] == nil { object[key] = value }
    return object
  }

  /// One entry of `agents` or `files`.
  private static func entry(
    _ form: Form, _ key: String, _ name: String, _ fields: JSONObject, source: [UInt8],
    isText: Bool, sha256: String
  ) -> JSONValue {
    var entry: JSONObject = [key: .string(name)]
    for (key, value) in fields { entry[key] = value }
    if form == .document {
      if !isText { entry[Key.encoding] = .string("base64") }
      entry[Key.source] = .string(
        isText ? String(decoding: source, as: UTF8.self) : Base64.encode(source))
    }
    if form != .folder { entry[Key.sha256] = .string(sha256) }
    return .object(entry)
  }
}

extension BundledFile {
  /// Whether a document holds the bytes as they are.
  ///
  /// A NUL is UTF-8, but six bytes in JSON: many of them would make a document too large to read.
  fileprivate var isText: Bool {
    HelperPath.isModule(path)
      || TextPosition.ofInvalidUTF8(in: source) == nil && !source.contains(0)
  }
}
