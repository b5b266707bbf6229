/// Puts one entry into a memory, or another in its place, as one transaction under the namespace's lock.
package struct MemoryEntryChange: Sendable {
  /// What an entry is made of.
  package struct Entry: Sendable {
    /// The text to remember.
    package var content: String?
    /// What kind of memory it is.
    package var type: String?
    /// Words to find it by; `nil` leaves them.
    package var tags: [String]?
    /// From 1 to 5.
    package var importance: Int?
    /// The whole entry, in place of all of these.
    package var value: JSONValue?

    /// Makes an entry that says nothing yet.
    package init() {}

    var fields: EntryForm.Fields {
      EntryForm.Fields(content: content, type: type, tags: tags, importance: importance)
    }
  }

  /// What was done.
  package struct Done: Sendable, Equatable {
    /// The entry's id; `nil` in a memory that is a list.
    package let id: String?
    /// The entry as it is now.
    package let value: JSONValue
    /// Whether the memory is another one now.
    package let isChange: Bool
    /// What the person should know besides, such as that no version was kept.
    package internal(set) var warning: String?
  }

  private let store: SwarmStore
  private let locks: LockOptions

  /// How many entries tell the form, and how many other memories are looked into for it.
  private static let samples = (entries: 20, memories: 5)

  /// Prepares changes.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Adds an entry in the form that the swarm's memory has.
  ///
  /// - Parameters:
  ///   - entry: What it says.
  ///   - id: Its id; a new one is made where none is given.
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  /// - Returns: What was added.
  /// - Throws: ``SwarmError/Code/usage`` for an id that is there already, ``SwarmError/Code/badData``
  ///   for a memory that has no entries, and what a commit can fail with; then nothing is changed.
  package func add(_ entry: Entry, id: String? = nil, to swarm: GUID, _ namespace: Namespace)
    throws(SwarmError) -> Done
  {
    let id = id ?? GUID.random().description
    return try change(swarm, namespace, by: "add") { document, path throws(SwarmError) in
      let (own, isList) = try Self.entries(of: document, path)
      let others = own.isEmpty ? self.others(swarm, namespace) : []
      let value =
        entry.value ?? EntryForm(own: own, others: others).entry(id, entry.fields, at: .now())
      guard let document, !own.isEmpty || isList else {
        let text = JSONValue.object([id: value]).serialized(pretty: true)
        return (text + [0x0A], Done(id: id, value: value, isChange: true))
      }
      if isList {
        let text = Self.appended(value, to: document.bytes, isFirst: own.isEmpty)
        return (text, Done(id: nil, value: value, isChange: true))
      }
      let edit = try Self.edit(document)
      guard !edit.members.contains(where: { $0.key.hasSameBytes(as: id) }) else {
        throw SwarmError(
          .usage, "there is an entry \(id) already", hint: "change that one, or choose another id")
      }
      let core = JSONValue.string(id).serialized() + [0x3A, 0x20]
      let text = edit.adding([core + Self.laidOut(value, like: edit, in: document.bytes)])
      return (text, Done(id: id, value: value, isChange: true))
    }
  }

  /// The value of an entry, to be looked at before it is changed.
  ///
  /// - Throws: ``SwarmError/Code/noSuchEntry`` with the ids that there are.
  package func entry(_ id: String, of swarm: GUID, _ namespace: Namespace) throws(SwarmError)
    -> JSONValue
  {
    let reader = MemoryReader(store: store, locks: locks)
    guard let document = try reader.read(swarm, namespace) else {
      throw MemoryReader.noMemory(swarm, namespace)
    }
    let edit = try Self.edit(document)
    return try Self.value(try Self.member(id, of: edit), in: document.bytes)
  }

  /// Changes an entry.
  ///
  /// - Parameters:
  ///   - id: The entry.
  ///   - entry: What is said anew; the rest stays.
  ///   - expected: What the entry must still be, where somebody has looked at it; any other value
  ///     is a conflict.
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  /// - Returns: What it is now.
  /// - Throws: ``SwarmError/Code/noSuchEntry``, ``SwarmError/Code/conflict``, and what a commit can
  ///   fail with; then nothing is changed.
  package func edit(
    _ id: String, _ entry: Entry, expecting expected: JSONValue? = nil, of swarm: GUID,
    _ namespace: Namespace
  ) throws(SwarmError) -> Done {
    try change(swarm, namespace, by: "edit") { document, path throws(SwarmError) in
      guard let document else { throw MemoryReader.noMemory(swarm, namespace) }
      let edit = try Self.edit(document)
      let member = try Self.member(id, of: edit)
      let current = try Self.value(member, in: document.bytes)
      if let expected, expected != current {
        throw SwarmError(
          .conflict, "the entry \(id) was changed meanwhile; it was left as it is",
          hint: "look at it again before you change it", path: path)
      }
      let value: JSONValue =
        if let given = entry.value { given } else { try EntryForm.changed(current, entry.fields) }
      let isChange = value != current
      let text =
        isChange
        ? edit.replacing(member, with: Self.laidOut(value, like: edit, in: document.bytes))
        : document.bytes
      return (text, Done(id: id, value: value, isChange: isChange))
    }
  }

  // MARK: The transaction

  private func change(
    _ swarm: GUID, _ namespace: Namespace,
    by verb: String, _ make: (MemoryDocument?, String) throws(SwarmError) -> ([UInt8], Done)
  ) throws(SwarmError) -> Done {
    let layout = store.layout
    let swarmLock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { swarmLock.release() }
    let lock = try StoreLocks(layout).namespace(swarm, namespace, locks)
    defer { lock.release() }
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    let copy = try NamespaceCopy(
      layout: layout, swarm: swarm, namespace: namespace, staging: staging)
    let path = layout.memoryFile(swarm, namespace)
    let bytes = try FileSystem.readIfPresent(copy.memoryFile, followLinks: false)
    let document = bytes.map { MemoryDocument(bytes: $0, path: path) }
    let (text, made) = try make(document, path)
    guard made.isChange else { return made }
    if bytes != nil { try FileSystem.removeFile(copy.memoryFile) }
    try FileSystem.create(copy.memoryFile, text, sync: false)
    var done = made
    done.warning = try copy.commit(by: verb).warning
    return done
  }

  // MARK: Forms

  /// The last entries of a memory, and whether it is a list.
  private static func entries(of document: MemoryDocument?, _ path: String) throws(SwarmError)
    -> (entries: [JSONValue], isList: Bool)
  {
    guard let document else { return ([], false) }
    switch document.content {
    case .empty: return ([], false)
    case .entries(let entries):
      return (entries.suffix(samples.entries).map(document.value), false)
    case .other:
      if let list = (try? JSONValue.parse(document.bytes, options: .allowNonFinite))?.array {
        return (Array(list.suffix(samples.entries)), true)
      }
      throw SwarmError(
        .badData, "\(path) holds neither entries nor a list, so nothing can be added to it",
        hint: "it can only be replaced as a whole, by an import", path: path)
    case .invalid:
      throw document.syntaxError ?? SwarmError(.badData, "\(path) is not JSON", path: path)
    }
  }

  /// Entries of other users of the swarm, for their fields.
  private func others(_ swarm: GUID, _ namespace: Namespace) -> [JSONValue] {
    let layout = store.layout
    var memories = 0
    for name in ((try? FileSystem.list(layout.memory(swarm))) ?? []).sorted() {
      guard memories < Self.samples.memories, let other = Namespace(folderName: name),
        other != namespace,
        let bytes = try? FileSystem.readIfPresent(
          layout.memoryFile(swarm, other), limit: 4 << 20, followLinks: false)
      else { continue }
      memories += 1
      let document = MemoryDocument(bytes: bytes, path: layout.memoryFile(swarm, other))
      if let found = try? Self.entries(of: document, document.path).entries, !found.isEmpty {
        return found
      }
    }
    return []
  }

  private static func edit(_ document: MemoryDocument) throws(SwarmError) -> MemoryEdit {
    if case .other = document.content {
      throw SwarmError(
        .badData, "\(document.path) is no object of entries, so none of it has an id",
        hint: "it can only be replaced as a whole, by an import", path: document.path)
    }
    if let error = document.syntaxError { throw error }
    do throws(JSONSyntaxError) {
      return try MemoryEdit(document.bytes)
    } catch {
      throw SwarmError(
        .badData, "\(document.path) is not JSON: \(error)", path: document.path)
    }
  }

  private static func member(_ id: String, of edit: MemoryEdit) throws(SwarmError)
    -> MemoryEdit.Member
  {
    // The last of a repeated id is the one that readers see.
    if let member = edit.members.last(where: { $0.key.hasSameBytes(as: id) }) { return member }
    let ids = edit.members.map(\.key)
    throw SwarmError(
      .noSuchEntry, "there is no entry \(id.shortened)",
      hint: Suggestion.closest(to: id, among: ids).map(Hint.didYouMean),
      available: Array(ids.prefix(20)))
  }

  private static func value(_ member: MemoryEdit.Member, in bytes: [UInt8]) throws(SwarmError)
    -> JSONValue
  {
    do throws(JSONSyntaxError) {
      return try JSONValue.parse(Array(bytes[member.value]), options: .allowNonFinite)
    } catch {
      throw SwarmError(.badData, "the entry \(member.key) cannot be read: \(error)")
    }
  }

  /// An entry's text: in lines and indented where those that are there are.
  private static func laidOut(_ value: JSONValue, like edit: MemoryEdit, in bytes: [UInt8])
    -> [UInt8]
  {
    guard let lead = edit.members.last.map({ bytes[$0.lead] }), lead.contains(0x0A) else {
      return value.serialized()
    }
    let indentation = Array(lead.reversed().prefix { $0 == 0x20 || $0 == 0x09 })
    var text: [UInt8] = []
    for byte in value.serialized(pretty: true) {
      text.append(byte)
      if byte == 0x0A { text += indentation }
    }
    return text
  }

  /// A list with one more element, every other byte as it was.
  private static func appended(_ value: JSONValue, to bytes: [UInt8], isFirst: Bool) -> [UInt8] {
    guard let close = bytes.lastIndex(of: UInt8(ascii: "]")) else { return bytes }
    let end = bytes[..<close].lastIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? close
    var text = Array(bytes[...end])
    if !isFirst { text += [0x2C, 0x20] }
    text += value.serialized()
    text += bytes[(end + 1)...]
    return text
  }
}
