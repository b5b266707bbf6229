/// The fields of a bundle's JSON, whole document or a folder's `manifest.json`, checked one by one.
struct BundleManifest {
  /// What one entry of `agents` or `files` says about its file.
  struct Entry {
    /// The entry itself, for errors.
    let place: BundleFields
    /// File name, or path of a helper module or data file.
    let name: String
    /// The source, where the bundle carries it.
    let source: [UInt8]?
    /// The expected hash, in lower case.
    let sha256: String?

    /// The entry without what ``BundledAgent`` computes or holds itself.
    var fields: JSONObject {
      var fields = place.object
      fields.removeAll { key, _ in Self.own.contains { $0.hasSameBytes(as: key) } }
      return fields
    }

    private static let own = ["filename", "source", "sha256"]
  }

  /// The fields that have a meaning here; `swarmctl` holds settings of one machine, and a bundle
  /// from elsewhere must not bring any.
  static let knownFields = [
    "schema", "swarm_guid", "name", "purpose", "soul", "created_at", "created_by", "agent_count",
    "agents", "swarmctl",
  ]

  let fields: BundleFields
  let swarmGUID: GUID?
  let name: String?
  let purpose: String?
  let soul: String?
  let createdAt: String?
  let createdBy: String?
  let agents: [Entry]?
  let helpers: [Entry]
  let otherFields: JSONObject

  /// Reads and checks the fields.
  ///
  /// `agent_count` is not looked at: the agents are what they are.
  ///
  /// - Parameters:
  ///   - fields: The top-level object.
  ///   - needsSchema: Whether `schema` may not be absent.
  init(_ fields: BundleFields, needsSchema: Bool) throws(SwarmError) {
    self.fields = fields
    try Self.checkSchema(fields, needsSchema: needsSchema)
    swarmGUID = try Self.swarmGUID(fields)
    name = try fields.optional("name")
    purpose = try fields.optional("purpose")
    soul = try fields.optional("soul")
    createdAt = try fields.optional("created_at", nullable: true)
    createdBy = try fields.optional("created_by", nullable: true)
    agents = try Self.agents(fields)
    let carriesHelpers = Self.isHelperList(fields.object["files"])
    helpers = carriesHelpers ? try Self.helpers(fields) : []
    otherFields = Self.otherFields(fields.object)
  }

  /// The top-level fields without a meaning here.
  static func otherFields(_ object: JSONObject) -> JSONObject {
    var others = object
    let carriesHelpers = isHelperList(object["files"])
    others.removeAll { key, _ in
      knownFields.contains { $0.hasSameBytes(as: key) } || carriesHelpers && key == "files"
    }
    // `export -o json` says how it went, which is nothing about the swarm.
    if others["status"] == "ok" { others["status"] = nil }
    return others
  }

  /// Whether a `files` field is the list of helper modules and data files that this program writes.
  ///
  /// The schema does not know the field, so anything else is somebody else's and is passed on.
  static func isHelperList(_ value: JSONValue?) -> Bool {
    guard let elements = value?.array, !elements.isEmpty else { return false }
    return elements.allSatisfy { $0["path"] != nil }
  }

  private static func checkSchema(_ fields: BundleFields, needsSchema: Bool) throws(SwarmError) {
    guard let schema = try fields.optional("schema") else {
      guard needsSchema else { return }
      throw fields.error(
        "schema", "is missing", hint: "a bundle says \"schema\": \"\(SwarmBundle.schema)\"")
    }
    guard schema == SwarmBundle.schema else {
      throw fields.error(
        "schema", "is \(schema.quoted); only \(SwarmBundle.schema.quoted) is known here",
        hint: "export the swarm again as \(SwarmBundle.schema), or try a newer swarmctl")
    }
  }

  private static func swarmGUID(_ fields: BundleFields) throws(SwarmError) -> GUID? {
    guard let text = try fields.optional("swarm_guid", nullable: true), !text.isEmpty else {
      return nil
    }
    guard let guid = GUID(text) else {
      throw fields.error(
        "swarm_guid", "is \(text.quoted), which is no GUID",
        hint: "a GUID has 8-4-4-4-12 hexadecimal digits; without the field one is minted")
    }
    return guid
  }

  private static func agents(_ fields: BundleFields) throws(SwarmError) -> [Entry]? {
    guard let objects = try fields.objects("agents") else { return nil }
    try SwarmBundle.checkCount(objects.count, of: "agents", in: fields.file)
    var entries: [Entry] = []
    for place in objects {
      let name = try place.required("filename")
      if let problem = AgentFileName.problem(name) {
        throw place.error(
          "filename", "\(name.quoted) \(problem)", hint: AgentFileName.hint)
      }
      for key in ["name", "display_name", "description"] { _ = try place.optional(key) }
      let source = try place.optional("source").map { Array($0.utf8) }
      entries.append(try entry(place, name, source: source))
    }
    return entries
  }

  private static func helpers(_ fields: BundleFields) throws(SwarmError) -> [Entry] {
    let objects = try fields.objects("files") ?? []
    try SwarmBundle.checkCount(objects.count, of: SwarmBundle.filesName, in: fields.file)
    var entries: [Entry] = []
    for place in objects {
      let path = try place.required("path")
      if let problem = HelperPath.problem(path) {
        throw place.error("path", "\(path.quoted) \(problem)", hint: HelperPath.hint)
      }
      entries.append(try entry(place, path, source: source(of: path, place)))
    }
    return entries
  }

  /// The content of a file that is no agent: text, or Base64 where `encoding` says so.
  private static func source(of path: String, _ place: BundleFields) throws(SwarmError) -> [UInt8]?
  {
    let text = try place.optional("source")
    guard let encoding = try place.optional("encoding", nullable: true) else {
      return text.map { Array($0.utf8) }
    }
    guard encoding == "base64" else {
      throw place.error(
        "encoding", "is \(encoding.quoted); only \"base64\" is known",
        hint: "without the field the source is text")
    }
    guard let text else { return nil }
    guard let bytes = Base64.decode(text) else {
      throw place.error("source", "is no Base64", hint: "line breaks are not allowed in it")
    }
    if HelperPath.isModule(path), let position = TextPosition.ofInvalidUTF8(in: bytes) {
      throw place.error(
        "source", "is no UTF-8: \(position) of \(path)", hint: "save the file as UTF-8")
    }
    return bytes
  }

  private static func entry(_ place: BundleFields, _ name: String, source: [UInt8]?)
    throws(SwarmError) -> Entry
  {
    let hash = try place.optional("sha256", nullable: true)
    if let hash, hash.utf8.count != 64 || !hash.utf8.allSatisfy(isHexadecimal) {
      throw place.error(
        "sha256", "is \(hash.quoted), which is no SHA-256",
        hint: "it has 64 hexadecimal digits; null is allowed")
    }
    return Entry(place: place, name: name, source: source, sha256: hash?.lowercased())
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }
}

extension BundleManifest.Entry {
  /// Checks that a file is the one that the entry speaks of.
  ///
  /// - Parameter actual: SHA-256 of the file.
  func verify(_ actual: String) throws(SwarmError) {
    guard let sha256, sha256 != actual else { return }
    throw place.error(
      "sha256", "does not match the source of \(name): it says \(sha256), the source has \(actual)",
      hint: "the source was changed or damaged after the bundle was made; make the bundle again, "
        + "or set sha256 to null if you trust the source")
  }
}
