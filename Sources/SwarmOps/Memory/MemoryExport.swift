/// Reads namespaces for ``MemoryArchive``.
package struct MemoryExport: Sendable {
  private let store: SwarmStore
  private let reader: MemoryReader

  /// Prepares exports.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How to wait where a deploy that was cut off must be finished first.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    reader = MemoryReader(store: store, locks: locks)
  }

  /// The namespaces of a swarm that can be exported, and what cannot.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: The namespaces in order, and a sentence on everything else.
  /// - Throws: ``SwarmError/Code/io``.
  package func namespaces(_ swarm: GUID) throws(SwarmError) -> ([Namespace], left: [String]) {
    try reader.recover(swarm)
    var names: [(name: String, namespace: Namespace)] = []
    var left: [String] = []
    try NamespaceScan.forEach(in: swarm, layout: store.layout) { item throws(SwarmError) in
      let isFolder =
        item.oddity == nil || item.modified > 0 || item.oddity == "no memory.json in it"
      if let namespace = Namespace(folderName: item.folderName), isFolder {
        names.append((item.folderName, namespace))
      } else {
        left.append("\(item.folderName): \(item.oddity ?? "not a namespace")")
      }
      return true
    }
    names.sort { $0.name > $1.name }
    var seen: Set<Namespace> = []
    var namespaces: [Namespace] = []
    for (name, namespace) in names {
      if seen.insert(namespace).inserted {
        namespaces.append(namespace)
      } else {
        left.append("\(name): the same user's folder in lower case counts")
      }
    }
    return (namespaces.reversed(), left)
  }

  /// From so many bytes on a namespace's files are read while they are written out.
  private static let mostAtHand = 16 << 20

  /// One namespace that is about to be written out.
  package struct Opened: Sendable {
    /// A sentence on everything in it that is neither file nor folder.
    package let left: [String]
    fileprivate let memory: MemoryArchive.Memory
    fileprivate let path: String
    /// What its folder looked like; `nil` where its bytes are at hand.
    fileprivate let fingerprint: Int?

    /// Writes it as it stands in a document, piece by piece.
    ///
    /// - Parameter sink: Takes the next bytes.
    /// - Throws: What `sink` throws, ``SwarmError/Code/io``, or ``SwarmError/Code/busy`` where
    ///   something in it changed while it was read.
    package func write(to sink: ([UInt8]) throws(SwarmError) -> Void) throws(SwarmError) {
      try memory.write(to: sink)
      guard let fingerprint else { return }
      guard try NamespaceFolder.look(path)?.fingerprint == fingerprint else {
        throw SwarmError(
          .busy, "\(path) changed while it was written out", hint: "export it again", path: path)
      }
    }
  }

  /// Opens one namespace, to be written as it is at one moment.
  ///
  /// No lock is taken. Where something changes meanwhile it is read again; a large one, which is not
  /// kept in memory, then ends its export.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: The namespace.
  /// - Returns: The namespace; `nil` where there is none.
  /// - Throws: ``SwarmError/Code/refused`` for a link, ``SwarmError/Code/io``.
  package func open(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> Opened? {
    try reader.recover(swarm)
    let layout = store.layout
    let names = try NamespaceFolder.names(of: namespace, in: swarm, layout: layout)
    guard let name = names.first else { return nil }
    let path = layout.memory(swarm) + "/" + name
    for _ in 0..<100 {
      guard let before = try NamespaceFolder.look(path) else { return nil }
      guard before.kind == .folder else { throw MemoryReader.notFollowed(path, before.kind) }
      let isAtHand = before.bytes <= Self.mostAtHand
      var files: [MemoryArchive.File] = []
      var left: [String] = []
      for entry in try FolderTree.entries(of: path) where entry.status.kind != .folder {
        guard entry.status.kind == .file else {
          left.append("\(name)/\(entry.path): neither a file nor a folder")
          continue
        }
        let file = FilePath(path) / entry.path
        guard isAtHand else {
          files.append(
            MemoryArchive.File(
              path: entry.path, content: .file(file, size: entry.status.size)))
          continue
        }
        guard let bytes = try FileSystem.readIfPresent(file, followLinks: false) else { continue }
        files.append(MemoryArchive.File(path: entry.path, bytes: bytes))
      }
      guard try NamespaceFolder.look(path)?.fingerprint == before.fingerprint else { continue }
      files.sort {
        $0.path != $1.path
          && ($0.path == SwarmLayout.memoryName
            || ($1.path != SwarmLayout.memoryName && $0.path < $1.path))
      }
      return Opened(
        left: left, memory: MemoryArchive.Memory(namespace: namespace, files: files), path: path,
        fingerprint: isAtHand ? nil : before.fingerprint)
    }
    throw SwarmError(
      .busy, "\(path) changes all the time and could not be read at one moment",
      hint: "try again", path: path)
  }
}
