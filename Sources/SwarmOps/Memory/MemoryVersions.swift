/// Reads what memories were before their changes.
package struct MemoryVersions: Sendable {
  private let store: SwarmStore

  /// Prepares reading.
  ///
  /// - Parameter store: The swarms.
  package init(store: SwarmStore) { self.store = store }

  /// The earlier versions of one memory, the latest first.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  /// - Returns: The versions; none where nothing has changed yet.
  /// - Throws: ``SwarmError/Code/io``.
  package func list(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> [EarlierVersion] {
    try NamespaceVersions(layout: store.layout, swarm: swarm, namespace: namespace).all()
  }

  /// The number of the latest version of one memory.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  /// - Returns: The number.
  /// - Throws: ``SwarmError/Code/noSuchVersion`` where there is none.
  package func latest(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> Int {
    let versions = NamespaceVersions(layout: store.layout, swarm: swarm, namespace: namespace)
    let all = try versions.all()
    guard let latest = all.first else { throw versions.missing(nil, all) }
    return latest.number
  }

  /// How many versions a swarm's memories have, and how many bytes are in them.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: Versions and bytes.
  /// - Throws: ``SwarmError/Code/io``.
  package func usage(_ swarm: GUID) throws(SwarmError) -> (count: Int, bytes: Int) {
    var usage = (count: 0, bytes: 0)
    let names = try FileSystem.names(in: store.layout.versions(swarm)) { _ in true }
    for namespace in names.compactMap({ Namespace(folderName: $0) }) {
      for version in try list(swarm, namespace) {
        usage = (usage.count + 1, usage.bytes &+ version.bytes)
      }
    }
    return usage
  }

  /// The error for a version at which there was no memory.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  ///   - number: The version.
  /// - Returns: The error.
  package static func wasNone(_ swarm: GUID, _ namespace: Namespace, at number: Int) -> SwarmError {
    SwarmError(
      .noSuchUser,
      "at version \(number) there was no memory of "
        + (namespace.user.map { "user \($0)" } ?? "calls without a user")
        + " in swarm \(swarm)")
  }

  /// One memory as it was at a version.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  ///   - number: The version; `nil` for the memory as it is.
  /// - Returns: The memory, or `nil` where there was none.
  /// - Throws: ``SwarmError/Code/noSuchVersion``, ``SwarmError/Code/io``.
  package func document(_ swarm: GUID, _ namespace: Namespace, at number: Int?) throws(SwarmError)
    -> MemoryDocument?
  {
    let name = FilePath(SwarmLayout.memoryName)
    guard let file = try files(swarm, namespace, at: number)[name],
      let bytes = try FileSystem.readIfPresent(file, followLinks: false)
    else { return nil }
    return MemoryDocument(bytes: bytes, path: file.text)
  }

  /// The files of one memory as they were at a version, and where each is.
  func files(_ swarm: GUID, _ namespace: Namespace, at number: Int?) throws(SwarmError)
    -> [FilePath: FilePath]
  {
    let versions = NamespaceVersions(layout: store.layout, swarm: swarm, namespace: namespace)
    let folder = store.layout.live.memory(swarm, namespace)
    var files: [FilePath: FilePath] = [:]
    if try FileSystem.status(folder)?.kind == .folder {
      for entry in try FolderTree.entries(of: folder) where entry.status.kind == .file {
        files[entry.path] = FilePath(folder) / entry.path
      }
    }
    guard let number else { return files }
    for (name, path) in try versions.state(at: number) { files[name] = path }
    return files
  }

  /// What differs between two states of one memory.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  ///   - first: A version.
  ///   - second: A later one, or `nil` for the memory as it is.
  /// - Returns: The difference.
  /// - Throws: ``SwarmError/Code/noSuchVersion``, ``SwarmError/Code/io``.
  package func difference(
    _ swarm: GUID, _ namespace: Namespace, from first: Int, to second: Int?
  ) throws(SwarmError) -> MemoryDifference {
    let before = try files(swarm, namespace, at: first)
    let after = try files(swarm, namespace, at: second)
    return try MemoryDifference(before, after)
  }
}
