/// Reads memory as it is, without any lock: a memory file is only ever replaced whole.
package struct MemoryReader: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares reading.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How to wait where a deploy that was cut off must be finished first.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Makes sure that a swarm's memory is in its place: finishes a deploy that was cut off.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/busy``, ``SwarmError/Code/io``.
  package func recover(_ swarm: GUID) throws(SwarmError) {
    try SwarmSwitch.recover(swarm, layout: store.layout, locks: locks)
  }

  /// Reads one namespace's memory.
  ///
  /// The folder in lower case counts; one in capitals, which another program made, is read only
  /// where there is no other.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  /// - Returns: The memory, or `nil` where there is none.
  /// - Throws: ``SwarmError/Code/refused`` for a link or anything else that is no file.
  package func read(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> MemoryDocument? {
    try recover(swarm)
    let layout = store.layout
    if let document = try read(layout.memory(swarm, namespace)) { return document }
    for name in try NamespaceFolder.names(of: namespace, in: swarm, layout: layout)
    where name != namespace.folderName {
      if let document = try read(layout.memory(swarm) + "/" + name) { return document }
    }
    return nil
  }

  /// Reads the memory in a folder; one that another machine replaces at that moment is looked for again.
  private func read(_ path: String) throws(SwarmError) -> MemoryDocument? {
    let file = path + "/" + SwarmLayout.memoryName
    if try RootSettings.isShared(store.layout) {
      ServerView.refresh(folders: [FileChanges.parent(path).text, path], files: [file])
    }
    for _ in 0..<50 {
      do throws(SwarmError) {
        let document = try readOnce(path)
        if document != nil { return document }
        if try FileSystem.status(file) == nil { return nil }
      } catch {
        if !error.isStale { throw error }
      }
      FileSystem.pause(milliseconds: 20)
    }
    return try readOnce(path)
  }

  private func readOnce(_ path: String) throws(SwarmError) -> MemoryDocument? {
    guard let status = try FileSystem.status(path) else { return nil }
    let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    guard status.kind == .folder else { throw Self.notFollowed(path, status.kind) }
    let file = path + "/" + SwarmLayout.memoryName
    guard let status = try FileSystem.status(file) else { return nil }
    guard status.kind == .file else { throw Self.notFollowed(file, status.kind) }
    guard let bytes = try FileSystem.readIfPresent(file, followLinks: false) else { return nil }
    let isPlain = Namespace(folderName: name)?.folderName == name
    return MemoryDocument(
      bytes: bytes, path: file, oddity: isPlain ? nil : "its name is not in lower case")
  }

  static func notFollowed(_ path: String, _ kind: FileStatus.Kind) -> SwarmError {
    SwarmError(
      .refused,
      kind == .link
        ? "\(path) is a symbolic link; it is not followed"
        : "\(path) is not what belongs there; it is not read",
      hint: "move it away, or wipe the memory: what a link leads to stays", path: path)
  }

  /// The error for a namespace that is not there.
  ///
  /// - Parameter name: What the caller called the swarm, where that is known.
  package static func noMemory(_ swarm: GUID, _ namespace: Namespace, called name: String? = nil)
    -> SwarmError
  {
    let shown = name?.shortened ?? "\(swarm)"
    return SwarmError(
      .noSuchUser,
      namespace.user.map { "there is no memory of user \($0) in swarm \(shown)" }
        ?? "there is no shared memory in swarm \(shown)",
      hint: .run(.users(shown), "shows whose memory there is"))
  }

  /// Finds the user that a person means, where nothing is destroyed.
  ///
  /// - Parameters:
  ///   - text: A GUID, the sentinel, or a prefix of four characters or more that fits one user.
  ///   - swarm: The swarm.
  /// - Returns: The namespace; of a GUID in full whether or not it has memory.
  /// - Throws: ``SwarmError/Code/badUser``, ``SwarmError/Code/ambiguous`` with candidates,
  ///   ``SwarmError/Code/noSuchUser``.
  package func resolve(_ text: String, in swarm: GUID) throws(SwarmError) -> Namespace {
    let failure: SwarmError
    do throws(SwarmError) {
      return try Namespace(user: text)
    } catch {
      failure = error
    }
    let prefix = Array(text.lowercased().utf8)
    let isPrefix = prefix.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x2D
    }
    guard isPrefix, prefix.count >= 4, prefix.count < 36 else { throw failure }
    try recover(swarm)
    let names = try FileSystem.names(in: store.layout.memory(swarm)) { name in
      guard name.count == 36 else { return false }
      for (index, byte) in prefix.enumerated() {
        let found = (0x41...0x46).contains(name[index]) ? name[index] | 0x20 : name[index]
        if found != byte { return false }
      }
      return true
    }
    let users = Set(names.compactMap { GUID($0) }).sorted()
    if users.count == 1 { return .user(users[0]) }
    guard users.isEmpty else {
      throw SwarmError(
        .ambiguous, "\"\(text)\" fits \(users.count) users of swarm \(swarm)",
        hint: "give more of the GUID", available: users.prefix(100).map(\.description))
    }
    throw SwarmError(
      .noSuchUser, "no user of swarm \(swarm) has a GUID that begins with \"\(text)\"",
      hint: .run(.users("\(swarm)"), "shows whose memory there is"))
  }

  /// The ids of a memory's entries, without waiting for anybody; none of a memory over 4 MB.
  package static func rememberedEntries(
    of swarm: GUID, _ namespace: Namespace, layout: SwarmLayout
  ) -> [String] {
    let path = layout.memoryFile(swarm, namespace)
    guard let bytes = try? FileSystem.readIfPresent(path, limit: 4 << 20, followLinks: false),
      case .entries(let entries) = MemoryDocument(bytes: bytes, path: path).content
    else { return [] }
    return entries.map(\.id)
  }

  /// One entry of a search.
  package struct Hit: Sendable {
    /// Whose memory it is in.
    package let namespace: Namespace
    /// The entry's id; `nil` for memory that has no entries.
    package let id: String?
    /// The entry.
    package let value: JSONValue
  }

  /// Finds the entries of one memory in which every word occurs, in any case.
  ///
  /// - Parameters:
  ///   - words: The words; each may be a part of one.
  ///   - document: The memory.
  ///   - namespace: Whose memory it is.
  /// - Returns: What was found, in the order of the file.
  package static func search(
    _ words: [String], in document: MemoryDocument, of namespace: Namespace
  ) -> [Hit] {
    var hits: [Hit] = []
    let words = words.map { $0.lowercased() }
    switch document.content {
    case .entries(let entries):
      let patterns = words.compactMap { ASCIIPattern($0) }
      for entry in entries {
        // Most entries are none: told from their bytes, without building their values.
        guard ASCIIPattern.mayOccur(patterns, in: document.bytes, entry.range) else { continue }
        let value = document.value(entry)
        guard value.containsAll(words) else { continue }
        hits.append(Hit(namespace: namespace, id: entry.id, value: value))
      }
    case .other:
      guard let value = try? JSONValue.parse(document.bytes, options: .allowNonFinite) else {
        break
      }
      for element in value.array ?? [value] where element.containsAll(words) {
        hits.append(Hit(namespace: namespace, id: nil, value: element))
      }
    case .empty, .invalid: break
    }
    return hits
  }
}
