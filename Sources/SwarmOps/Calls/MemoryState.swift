/// What a call made of a memory, handed over so that the next call need not wait for the disk.
enum MemoryState: Sendable {
  /// The whole content of `memory.json`.
  case content([UInt8])
  /// The agent removed it.
  case gone
  /// A whole folder of our own: there are files beside `memory.json`.
  case folder(String)
}

/// What is found of a namespace when calls begin on it.
enum FoundMemory: Sendable {
  /// What the child's copy is already.
  case known(MemoryVersion?)
  /// Something else, or nothing.
  case other(MemoryVersion?, [UInt8]?)
  /// There are files beside it: each call is a run of its own.
  case besideOthers

  /// Looks at a namespace, whose lock the caller holds.
  ///
  /// - Parameters:
  ///   - key: The namespace.
  ///   - layout: The root.
  ///   - known: Its memory, or `nil` for none, as it was last seen.
  ///   - isKnown: Whether `known` says anything.
  ///   - locks: How long to wait while another program is writing the memory.
  /// - Throws: ``SwarmError/Code/invalidMemory`` for a memory that is not JSON.
  static func look(
    at key: NamespaceKey, layout: SwarmLayout, known: MemoryVersion?, isKnown: Bool,
    locks: LockOptions
  ) throws(SwarmError) -> FoundMemory {
    let folder = layout.memory(key.swarm, key.namespace)
    let path = layout.memoryFile(key.swarm, key.namespace)
    if try hasOtherFiles(folder) { return .besideOthers }
    if isKnown {
      let status = try FileSystem.status(path)
      if try known?.isStill(status, at: path) ?? (status == nil) { return .known(known?.aged) }
    }
    guard let (status, content) = try TornMemory.read(path, locks) else { return .other(nil, nil) }
    let version = MemoryVersion(
      status, content: content, isShared: try RootSettings.isShared(layout))
    return .other(version, content)
  }

  /// Whether a namespace holds anything but a file `memory.json`.
  static func hasOtherFiles(_ folder: String) throws(SwarmError) -> Bool {
    guard let status = try FileSystem.status(folder) else { return false }
    guard status.kind == .folder else {
      throw SwarmError(
        .refused, "\(folder) is not a folder; nothing outside the root is ever used as memory",
        hint: "move it away", path: folder)
    }
    let memory = SwarmLayout.memoryName
    if try FileSystem.list(folder).contains(where: { $0 != memory }) { return true }
    return try FileSystem.status(folder + "/" + memory).map { $0.kind != .file } ?? false
  }
}
