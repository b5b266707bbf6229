/// The JSON form of a bundle.
enum BundleDocument {
  /// Reads and checks a document.
  ///
  /// - Parameters:
  ///   - bytes: The text; a byte order mark is skipped.
  ///   - file: What to call it in messages.
  ///   - name: A name that replaces the document's own.
  static func read(_ bytes: [UInt8], file: String, named name: String?) throws(SwarmError)
    -> SwarmBundle
  {
    guard bytes.count <= SwarmBundle.maximumDocumentBytes else {
      throw SwarmBundle.tooLarge(file)
    }
    let fields = try self.fields(bytes, file: file)
    let manifest = try BundleJSON(fields, .document)
    guard let entries = manifest.agents else {
      throw fields.error(
        BundleJSON.Key.agents, "is missing", hint: "it is an array with an object per agent")
    }
    var agents: [BundledAgent] = []
    agents.reserveCapacity(entries.count)
    for entry in entries {
      let agent = BundledAgent(
        fileName: entry.name, source: try source(entry), fields: entry.fields)
      try entry.verify(agent.sha256)
      // Some exporters take the host's own base class along because its file is named like an agent.
      if !HelperPath.isSupplied(entry.name) { agents.append(agent) }
    }
    var helpers: [BundledFile] = []
    for entry in manifest.helpers {
      let helper = BundledFile(path: entry.name, source: try source(entry))
      try entry.verify(helper.sha256)
      if !HelperPath.isSupplied(entry.name) { helpers.append(helper) }
    }
    let bundle = SwarmBundle(
      swarmGUID: manifest.swarmGUID, name: try self.name(manifest, override: name),
      purpose: manifest.purpose ?? "", soul: manifest.soul ?? "", createdAt: manifest.createdAt,
      createdBy: manifest.createdBy, agents: agents, helpers: helpers,
      otherFields: manifest.otherFields)
    try bundle.check(file)
    return bundle
  }

  /// Reads the text of a bundle or of a folder's manifest, for its fields to be checked.
  static func fields(_ bytes: [UInt8], file: String) throws(SwarmError) -> BundleFields {
    BundleFields(
      object: try object(bytes, file: file), file: file,
      unreadable: LoneSurrogates.keyPaths(in: bytes, options: .skipByteOrderMark))
  }

  /// Reads the text of a bundle or a manifest.
  static func object(
    _ bytes: [UInt8], file: String, options: JSONReadingOptions = .skipByteOrderMark
  ) throws(SwarmError) -> JSONObject {
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes, options: options)
    } catch {
      throw SwarmError(
        .badBundle, "\(file): \(error)", hint: hint(forTextStarting: Array(bytes.prefix(4))),
        path: file)
    }
    guard let object = value.object else {
      throw SwarmError(
        .badBundle, "\(file) holds \(value.typeWithArticle) where an object belongs",
        hint: "a bundle is an object with schema, name and agents", path: file)
    }
    return object
  }

  private static func hint(forTextStarting start: [UInt8]) -> Hint? {
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      return "this is a zip archive: unpack it and deploy the folder"
    }
    if start.starts(with: [0x1F, 0x8B]) {
      return "this is a gzip archive: unpack it first"
    }
    return start.isEmpty
      ? "the text of a *.swarm.json file belongs here"
      : .all([
        "a bundle is a JSON text or a folder", .run(.export(nil), "writes such a text"),
      ])
  }

  private static func source(_ entry: BundleJSON.Entry) throws(SwarmError) -> [UInt8] {
    if let source = entry.source { return source }
    return Array(try entry.place.required(BundleJSON.Key.source).utf8)
  }

  private static func name(_ manifest: BundleJSON, override: String?) throws(SwarmError)
    -> String
  {
    if let override { return override }
    let name = try manifest.fields.required(BundleJSON.Key.name)
    if let problem = SwarmBundle.nameProblem(name) {
      throw manifest.fields.error(
        BundleJSON.Key.name, problem, hint: .use(.name, to: "give it one"))
    }
    return name
  }
}
