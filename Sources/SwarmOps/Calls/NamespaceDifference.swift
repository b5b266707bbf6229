/// What an agent changed of a copy, and the one step that brings it about.
struct NamespaceDifference {
  /// One difference between the copy and the original.
  private enum Change {
    case write(FilePath)
    case remove(FilePath)
    /// A folder made or removed, or something else that one rename cannot bring about.
    case structure
  }

  private let copy: NamespaceCopy
  /// What the agent left.
  private let left: [FolderTree.Entry]
  private let changes: [Change]

  /// Compares what an agent left with what it was given.
  ///
  /// - Parameter copy: The copy, which nothing writes to any more.
  /// - Throws: ``SwarmError/Code/refused`` where it left something that cannot be kept.
  init(of copy: NamespaceCopy) throws(SwarmError) {
    self.copy = copy
    left = try Self.entriesLeft(copy)
    changes = try Self.changes(copy, left)
  }

  /// Whether nothing is to be done.
  var isEmpty: Bool { changes.isEmpty }

  /// The files that were changed or added.
  var written: [FilePath] {
    changes.compactMap { if case .write(let path) = $0 { path } else { nil } }
  }

  // MARK: Comparing

  /// What the agent left, readable again where it took its own permissions away.
  private static func entriesLeft(_ copy: NamespaceCopy) throws(SwarmError) -> [FolderTree.Entry] {
    switch try FileSystem.status(copy.copy)?.kind {
    case .folder: return try FolderTree.entries(of: copy.copy, restoringAccess: true)
    case nil: return []  // Whoever removes the whole folder removes what is in it.
    default:
      throw SwarmError(
        .refused,
        "the agent replaced the folder of its memory by something else; "
          + "nothing was changed", path: copy.folder)
    }
  }

  private static func changes(_ copy: NamespaceCopy, _ left: [FolderTree.Entry])
    throws(SwarmError) -> [Change]
  {
    var changes: [Change] = []
    var seen: Set<FilePath> = []
    for entry in left {
      seen.insert(entry.path)
      let original = copy.originals[entry.path]
      switch entry.status.kind {
      case .folder:
        if original?.status.kind != .folder { changes.append(.structure) }
      case .file:
        guard let original, original.status.kind == .file, let copied = original.copy else {
          if original != nil || entry.path.isNested { changes.append(.structure) }
          changes.append(.write(entry.path))
          continue
        }
        if entry.status.isUnchanged(since: copied) { continue }
        if entry.status.size == original.status.size,
          try FileComparison.haveSameContent(
            copy.folder + "/" + entry.path, copy.copy + "/" + entry.path)
        {
          continue
        }
        changes.append(.write(entry.path))
      case .link, .other:
        throw SwarmError(
          .refused,
          "the agent left \(entry.path), which is neither a file nor a folder; "
            + "nothing was changed",
          hint: "only files and folders can be kept beside memory.json",
          path: (copy.folder + "/" + entry.path).text)
      }
    }
    for (path, original) in copy.originals where !seen.contains(path) {
      switch original.status.kind {
      case .file: changes.append(path.isNested ? .structure : .remove(path))
      case .folder: changes.append(.structure)
      case .link, .other: break
      }
    }
    return changes
  }

  // MARK: Carrying out

  /// What of the namespace the changes replace.
  ///
  /// - Parameter author: What makes the change.
  func replaced(by author: String) throws(SwarmError) -> NamespaceVersions.Change {
    let written = Set(written)
    let staying = Set(left.map(\.path))
    var change = NamespaceVersions.Change(by: author)
    for (path, original) in copy.originals where original.status.kind == .file {
      guard written.contains(path) || !staying.contains(path) else { continue }
      change.replaced.append(path)
      change.bytes = change.bytes &+ original.status.size
    }
    change.added = written.filter { copy.originals[$0]?.status.kind != .file }.sorted()
    let memory = SwarmLayout.memoryPath
    if written.contains(memory) {
      change.left = try FileSystem.status(copy.memoryFile)
    } else if staying.contains(memory) {
      change.left = copy.originals[memory]?.status
    }
    return change
  }

  /// All changes as one step, made ready.
  func step() throws(SwarmError) -> NamespaceCommit.Step {
    if !copy.existed {
      try secureFolders()
      return .addFolder(copy.copy)
    }
    guard changes.count == 1, let change = changes.first else { return try wholeFolder() }
    switch change {
    case .write(let path): return .replaceFile(path, with: copy.copy + "/" + path)
    case .remove(let path): return .removeFile(path)
    case .structure: return try wholeFolder()
    }
  }

  /// Exchanges the whole folder: several files change in one step.
  private func wholeFolder() throws(SwarmError) -> NamespaceCommit.Step {
    if let odd = copy.originals.first(where: {
      $0.value.status.kind == .link || $0.value.status.kind == .other
    }) {
      throw SwarmError(
        .refused,
        "\(copy.folder)/\(odd.key) is neither a file nor a folder, and the agent changed "
          + "several files; nothing was changed",
        hint: "move it away and run again", path: (copy.folder + "/" + odd.key).text)
    }
    // The agent removed everything it had.
    if left.isEmpty { return .removeFolder }
    try carryOverUnchanged()
    try secureFolders()
    return .exchangeFolder(copy.copy)
  }

  /// Puts the originals themselves in place of copies that the agent did not change.
  ///
  /// The copies are not on disk yet, so after a power cut they could be empty; a second name of the
  /// original costs no write and keeps its times.
  private func carryOverUnchanged() throws(SwarmError) {
    let written = Set(written)
    let name = copy.staging.path + "/same"
    for entry in left where entry.status.kind == .file && !written.contains(entry.path) {
      if FileChanges.addName(copy.folder + "/" + entry.path, name) {
        try FileSystem.rename(name, to: copy.copy + "/" + entry.path)
      } else {
        try FileSystem.secure(copy.copy + "/" + entry.path)
      }
    }
  }

  private func secureFolders() throws(SwarmError) {
    try Ownership.set(of: copy.copy, asAt: copy.folder)
    for entry in left where entry.status.kind == .folder {
      let path = copy.copy + "/" + entry.path
      try FileSystem.setMode(path, FileSystem.folderMode)
      try FileSystem.sync(path)
    }
    try FileSystem.setMode(copy.copy, FileSystem.folderMode)
    try FileSystem.sync(copy.copy)
  }
}
