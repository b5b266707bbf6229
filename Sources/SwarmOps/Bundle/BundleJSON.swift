/// The one model of a bundle's JSON: a whole document, the `manifest.json` of a bundle's folder, or that of
/// a deployed swarm.
///
/// What comes from elsewhere is checked field by field. A deployed swarm's manifest may be another
/// program's: there what is of the wrong type counts as absent.
struct BundleJSON {
  /// What the JSON is.
  enum Form {
    /// Everything in one text: hashes and sources.
    case document
    /// A folder for people to edit: neither.
    case folder
    /// A deployed swarm: hashes, no sources.
    case deployed
  }

  /// The names of the fields.
  enum Key {
    static let schema = "schema"
    static let swarmGUID = "swarm_guid"
    static let name = "name"
    static let purpose = "purpose"
    static let soul = "soul"
    static let createdAt = "created_at"
    static let createdBy = "created_by"
    static let agentCount = "agent_count"
    static let agents = "agents"
    static let files = "files"
    static let status = "status"
    // Of an entry.
    static let fileName = "filename"
    static let path = "path"
    static let source = "source"
    static let encoding = "encoding"
    static let sha256 = "sha256"
    static let displayName = "display_name"
    static let description = "description"
    /// What an entry says about its agent as text.
    static let descriptions = [name, displayName, description]
  }

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

    private static let own = [Key.fileName, Key.source, Key.sha256]
  }

  /// The fields that have a meaning here; `swarmctl` holds settings of one machine, and a bundle
  /// from elsewhere must not bring any; neither does a seal travel.
  private static let knownFields = [
    Key.schema, Key.swarmGUID, Key.name, Key.purpose, Key.soul, Key.createdAt, Key.createdBy,
    Key.agentCount, Key.agents, SwarmManifest.ownField, SwarmSeal.field,
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
  ///   - form: A document or a folder; only in a document `schema` may not be absent.
  init(_ fields: BundleFields, _ form: Form) throws(SwarmError) {
    self.fields = fields
    try Self.checkSchema(fields, needsSchema: form == .document)
    swarmGUID = try Self.swarmGUID(fields)
    name = try fields.optional(Key.name)
    purpose = try fields.optional(Key.purpose)
    soul = try fields.optional(Key.soul)
    createdAt = try fields.optional(Key.createdAt, nullable: true)
    createdBy = try fields.optional(Key.createdBy, nullable: true)
    agents = try Self.agents(fields, form)
    let carriesHelpers = Self.isHelperList(fields.object[Key.files])
    helpers = carriesHelpers ? try Self.helpers(fields) : []
    otherFields = Self.otherFields(fields.object)
  }

  /// Reads the manifest of a deployed swarm, whoever wrote it.
  ///
  /// - Parameters:
  ///   - object: The top-level object.
  ///   - file: What to call it in messages.
  init(deployed object: JSONObject, file: String) {
    fields = BundleFields(object: object, file: file)
    swarmGUID = nil
    name = object[Key.name]?.string
    purpose = object[Key.purpose]?.string
    soul = object[Key.soul]?.string
    createdAt = object[Key.createdAt]?.string
    createdBy = object[Key.createdBy]?.string
    agents = Self.deployedEntries(object[Key.agents]?.array ?? [], Key.fileName, file)
    let carriesHelpers = Self.isHelperList(object[Key.files])
    helpers =
      carriesHelpers ? Self.deployedEntries(object[Key.files]?.array ?? [], Key.path, file) : []
    otherFields = Self.otherFields(object)
  }

  /// Entries without what a deploy would refuse; hashes may be missing or old.
  private static func deployedEntries(_ values: [JSONValue], _ key: String, _ file: String)
    -> [Entry]
  {
    values.compactMap { value in
      var object = value.object ?? [key: value]
      guard let name = object[key]?.string else { return nil }
      for key in Key.descriptions where object[key]?.string == nil { object[key] = nil }
      return Entry(
        place: BundleFields(object: object, file: file), name: name, source: nil, sha256: nil)
    }
  }

  /// The top-level fields without a meaning here.
  private static func otherFields(_ object: JSONObject) -> JSONObject {
    var others = object
    let carriesHelpers = isHelperList(object[Key.files])
    others.removeAll { key, _ in
      knownFields.contains { $0.hasSameBytes(as: key) } || carriesHelpers && key == Key.files
    }
    // `export -o json` says how it went, which is nothing about the swarm.
    if others[Key.status] == "ok" { others[Key.status] = nil }
    return others
  }

  /// Whether a `files` field is the list of helper modules and data files that this program writes.
  ///
  /// The schema does not know the field, so anything else is somebody else's and is passed on.
  private static func isHelperList(_ value: JSONValue?) -> Bool {
    guard let elements = value?.array, !elements.isEmpty else { return false }
    return elements.allSatisfy { $0[Key.path] != nil }
  }

  private static func checkSchema(_ fields: BundleFields, needsSchema: Bool) throws(SwarmError) {
    guard let schema = try fields.optional(Key.schema) else {
      guard needsSchema else { return }
      throw fields.error(
        Key.schema, "is missing", hint: "a bundle says \"schema\": \"\(SwarmBundle.schema)\"")
    }
    guard schema == SwarmBundle.schema else {
      throw fields.error(
        Key.schema, "is \(schema.quoted); only \(SwarmBundle.schema.quoted) is known here",
        hint: "export the swarm again as \(SwarmBundle.schema), or try a newer swarmctl")
    }
  }

  private static func swarmGUID(_ fields: BundleFields) throws(SwarmError) -> GUID? {
    guard let text = try fields.optional(Key.swarmGUID, nullable: true), !text.isEmpty else {
      return nil
    }
    guard let guid = GUID(text) else {
      throw fields.error(
        Key.swarmGUID, "is \(text.quoted), which is no GUID",
        hint: "a GUID has 8-4-4-4-12 hexadecimal digits; without the field one is minted")
    }
    return guid
  }

  private static func agents(_ fields: BundleFields, _ form: Form) throws(SwarmError) -> [Entry]? {
    // Other servers list agents by file name alone, where the files lie beside the list.
    let stringField = form == .folder ? Key.fileName : nil
    guard let objects = try fields.objects(Key.agents, ofStrings: stringField) else { return nil }
    try SwarmBundle.checkCount(objects.count, of: "agents", in: fields.file)
    var entries: [Entry] = []
    for place in objects {
      let name = try place.required(Key.fileName)
      if let problem = AgentFileName.problem(name) {
        throw place.error(
          Key.fileName, "\(name.quoted) \(problem)", hint: AgentFileName.hint)
      }
      for key in Key.descriptions { _ = try place.optional(key) }
      let source = try place.optional(Key.source).map { Array($0.utf8) }
      entries.append(try entry(place, name, source: source))
    }
    return entries
  }

  private static func helpers(_ fields: BundleFields) throws(SwarmError) -> [Entry] {
    let objects = try fields.objects(Key.files) ?? []
    try SwarmBundle.checkCount(objects.count, of: SwarmBundle.filesName, in: fields.file)
    var entries: [Entry] = []
    for place in objects {
      let path = try place.required(Key.path)
      if let problem = HelperPath.problem(path) {
        throw place.error(Key.path, "\(path.quoted) \(problem)", hint: HelperPath.hint)
      }
      entries.append(try entry(place, path, source: source(of: path, place)))
    }
    return entries
  }

  /// The content of a file that is no agent: text, or Base64 where `encoding` says so.
  private static func source(of path: String, _ place: BundleFields) throws(SwarmError) -> [UInt8]?
  {
    let text = try place.optional(Key.source)
    guard let encoding = try place.optional(Key.encoding, nullable: true) else {
      return text.map { Array($0.utf8) }
    }
    guard encoding == "base64" else {
      throw place.error(
        Key.encoding, "is \(encoding.quoted); only \"base64\" is known",
        hint: "without the field the source is text")
    }
    guard let text else { return nil }
    guard let bytes = Base64.decode(text) else {
      throw place.error(Key.source, "is no Base64", hint: "line breaks are not allowed in it")
    }
    if HelperPath.isModule(path), let position = TextPosition.ofInvalidUTF8(in: bytes) {
      throw place.error(
        Key.source, "is no UTF-8: \(position) of \(path)", hint: "save the file as UTF-8")
    }
    return bytes
  }

  private static func entry(_ place: BundleFields, _ name: String, source: [UInt8]?)
    throws(SwarmError) -> Entry
  {
    let hash = try place.optional(Key.sha256, nullable: true)
    if let hash, hash.utf8.count != 64 || !hash.utf8.allSatisfy(isHexadecimal) {
      throw place.error(
        Key.sha256, "is \(hash.quoted), which is no SHA-256",
        hint: "it has 64 hexadecimal digits; null is allowed")
    }
    return Entry(place: place, name: name, source: source, sha256: hash?.lowercased())
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }
}

extension BundleJSON.Entry {
  /// Checks that a file is the one that the entry speaks of.
  ///
  /// - Parameter actual: SHA-256 of the file.
  func verify(_ actual: String) throws(SwarmError) {
    guard let sha256, sha256 != actual else { return }
    throw place.error(
      BundleJSON.Key.sha256,
      "does not match the source of \(name): it says \(sha256), the source has \(actual)",
      hint: "the source was changed or damaged after the bundle was made; make the bundle again, "
        + "or set sha256 to null if you trust the source")
  }
}
