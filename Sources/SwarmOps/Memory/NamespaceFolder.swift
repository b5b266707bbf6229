/// One namespace's folder as it lies in `memory/`, looked at without following any link.
struct NamespaceFolder: Sendable, Equatable {
  /// Its name in `memory/`, which for other programs' users may be in capitals.
  let name: String
  /// Its path.
  let path: String
  /// What it is: a folder, or what stands in the place of one.
  let kind: FileStatus.Kind
  /// Files in it; a link or anything else counts as one.
  let files: Int
  /// Bytes of all files in it.
  let bytes: Int
  /// Changes whenever anything in it does; comparable within one process.
  let fingerprint: Int

  /// The memory file.
  var memoryFile: String { path + "/" + SwarmLayout.memoryName }

  /// What is odd about it, or `nil`.
  var oddity: String? {
    switch kind {
    case .link: "a symbolic link; it is not followed"
    case .file, .other: "not a folder"
    case .folder:
      Namespace(folderName: name)?.folderName == name ? nil : "its name is not in lower case"
    }
  }

  /// Looks at a folder; `nil` where nothing is.
  static func look(_ path: String) throws(SwarmError) -> NamespaceFolder? {
    guard let status = try FileSystem.status(path) else { return nil }
    let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    var hasher = Hasher()
    hasher.combine(name)
    hasher.combine(status.inode)
    var files = 0
    var bytes = 0
    if status.kind == .folder {
      for entry in try FolderTree.entries(of: path) {
        hasher.combine(entry.path)
        hasher.combine(entry.status.inode)
        hasher.combine(entry.status.size)
        hasher.combine(entry.status.modified)
        hasher.combine(entry.status.changed)
        if entry.status.kind != .folder { files += 1 }
        if entry.status.kind == .file { bytes = bytes.addingSaturated(entry.status.size) }
      }
    } else {
      files = 1
      bytes = status.kind == .file ? status.size : 0
      hasher.combine(status.modified)
    }
    return NamespaceFolder(
      name: name, path: path, kind: status.kind, files: files, bytes: bytes,
      fingerprint: hasher.finalize())
  }

  /// The names that a namespace has in a swarm's `memory/`: the one in lower case first, then other
  /// spellings that another program made.
  static func names(of namespace: Namespace, in swarm: GUID, layout: SwarmLayout)
    throws(SwarmError) -> [String]
  {
    let memory = layout.memory(swarm)
    guard let guid = namespace.user else {
      return try FileSystem.status(layout.memory(swarm, namespace)) == nil
        ? [] : [namespace.folderName]
    }
    return try names(of: guid, in: memory)
  }

  /// The names in a folder that are a GUID in any case, the one in lower case first.
  static func names(of guid: GUID, in folder: String) throws(SwarmError) -> [String] {
    let wanted = Array(guid.description.utf8)
    let found = try FileSystem.names(in: folder) { name in
      guard name.count == wanted.count else { return false }
      for index in 0..<name.count {
        let byte = name[index]
        let lower = (0x41...0x46).contains(byte) ? byte | 0x20 : byte
        if lower != wanted[index] { return false }
      }
      return true
    }
    return found.sorted(by: >)
  }

  /// How many entries its memory file has, where that can be said.
  func entryCount() -> Int? {
    guard kind == .folder,
      let bytes = try? FileSystem.readIfPresent(memoryFile, followLinks: false)
    else { return nil }
    if !bytes.contains(where: { $0 > 0x20 }) { return 0 }
    return (try? JSONScanner.topLevelCount(bytes, options: .allowNonFinite)) ?? nil
  }
}
