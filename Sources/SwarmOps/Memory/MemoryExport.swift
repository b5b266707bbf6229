/// Reads namespaces for ``MemoryArchive``.
public struct MemoryExport: Sendable {
  private let store: SwarmStore
  private let reader: MemoryReader

  /// Prepares exports.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How to wait where a deploy that was cut off must be finished first.
  public init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    reader = MemoryReader(store: store, locks: locks)
  }

  /// The namespaces of a swarm that can be exported, and what cannot.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: The namespaces in order, and a sentence on everything else.
  /// - Throws: ``SwarmError/Code/io``.
  public func namespaces(_ swarm: GUID) throws(SwarmError) -> ([Namespace], left: [String]) {
    try reader.settle(swarm)
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

  /// Bytes of all memory files of a swarm.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: What the file system says; files beside them are not counted.
  /// - Throws: ``SwarmError/Code/io``.
  public func size(_ swarm: GUID) throws(SwarmError) -> Int {
    var size = 0
    try NamespaceScan.forEach(in: swarm, layout: store.layout) { item throws(SwarmError) in
      size = size.addingSaturated(item.bytes)
      return true
    }
    return size
  }

  /// Reads one namespace as it is at one moment.
  ///
  /// No lock is taken; where something changes meanwhile, it is read again.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: The namespace.
  /// - Returns: Its files, and a sentence on everything that is neither file nor folder; `nil`
  ///   where there is no such namespace.
  /// - Throws: ``SwarmError/Code/refused`` for a link, ``SwarmError/Code/io``.
  public func memory(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError)
    -> (memory: MemoryArchive.Memory, left: [String])?
  {
    try reader.settle(swarm)
    let layout = store.layout
    let names = try NamespaceFolder.names(of: namespace, in: swarm, layout: layout)
    guard let name = names.first else { return nil }
    let path = layout.memory(swarm) + "/" + name
    for _ in 0..<100 {
      guard let before = try NamespaceFolder.look(path) else { return nil }
      guard before.kind == .folder else { throw MemoryReader.notFollowed(path, before.kind) }
      if before.bytes > MemoryArchive.largestDocument { throw MemoryArchive.tooLarge(path) }
      var files: [MemoryArchive.File] = []
      var left: [String] = []
      for entry in try FolderTree.entries(of: path) where entry.status.kind != .folder {
        guard entry.status.kind == .file else {
          left.append("\(name)/\(entry.path): neither a file nor a folder")
          continue
        }
        guard
          let bytes = try FileSystem.readIfPresent(path + "/" + entry.path, followLinks: false)
        else { continue }
        files.append(MemoryArchive.File(path: entry.path, bytes: bytes))
      }
      guard try NamespaceFolder.look(path)?.fingerprint == before.fingerprint else { continue }
      files.sort {
        $0.path != $1.path
          && ($0.path == SwarmLayout.memoryName
            || ($1.path != SwarmLayout.memoryName && $0.path < $1.path))
      }
      return (MemoryArchive.Memory(namespace: namespace, files: files), left)
    }
    throw SwarmError(
      .busy, "\(path) changes all the time and could not be read at one moment",
      hint: "try again", path: path)
  }
}
