/// Puts what a call made of a memory in place: the one way in which calls change the store.
///
/// The caller holds the namespace's lock.
struct NamespaceCommit: Sendable {
  /// One change that every reader sees as before or after.
  enum Step: Sendable {
    /// A file of the namespace is replaced by a new one, which is on disk, or made.
    case replaceFile(FilePath, with: FilePath)
    /// A file of the namespace goes, and the folder with its last one.
    case removeFile(FilePath)
    /// The namespace's folder is made; it is on disk.
    case addFolder(String)
    /// The namespace's folder is replaced by another, which is on disk.
    case exchangeFolder(String)
    /// The namespace's folder goes.
    case removeFolder
  }

  /// What became of the state before a change.
  struct Done: Sendable {
    /// The version that holds it, where one was kept.
    let version: Int?
    /// Why none could be kept, for a person.
    let warning: String?
  }

  let layout: SwarmLayout
  let swarm: GUID
  let namespace: Namespace
  /// A free name on the root's file system, which the old file or folder has afterwards.
  let previous: String

  /// The namespace's folder.
  var folder: String { layout.memory(swarm, namespace) }

  /// Makes a change, whole and on disk, or changes nothing.
  ///
  /// - Parameters:
  ///   - change: What is replaced, for its version.
  ///   - prepare: Looks once more that nobody has changed the namespace since the call began, and
  ///     makes the step ready. The way from there to the step is short.
  /// - Throws: ``SwarmError/Code/sealed`` and ``SwarmError/Code/snapshot`` where nothing may change,
  ///   ``SwarmError/Code/io`` where the disk fails, and what `prepare` throws.
  func perform(
    _ change: NamespaceVersions.Change, prepare: () throws(SwarmError) -> Step
  ) throws(SwarmError) -> Done {
    let gate = try ChangeGate.enter(swarm, namespace, layout: layout)
    defer { gate.release() }
    let step = try prepare()
    let version = NamespaceVersions(layout: layout, swarm: swarm, namespace: namespace).keep(change)
    do throws(SwarmError) {
      try perform(step)
    } catch {
      version.discard()
      throw error
    }
    version.finish()
    return Done(version: version.number, warning: version.warning)
  }

  private func perform(_ step: Step) throws(SwarmError) {
    try FileChanges.perform { changes throws(SwarmError) in
      switch step {
      case .replaceFile(let name, let new):
        try changes.replace(folder + "/" + name, with: new, keeping: previous)
      case .removeFile(let name): try changes.remove(folder + "/" + name, to: previous)
      case .addFolder(let new):
        try changes.makeFolders(layout.memory(swarm))
        try changes.add(folder, from: new)
      case .exchangeFolder(let new): try changes.exchange(folder, with: new)
      case .removeFolder: try changes.remove(folder, to: previous)
      }
    }
    // The removal is done and on disk: what becomes of the empty folder cannot undo it.
    if case .removeFile = step { FileSystem.removeFolderIfEmpty(folder) }
  }

  /// Why a change is refused: another program has changed the namespace since the call began.
  ///
  /// - Parameter kept: Where the agent's version is, or `nil` where it left none.
  func conflict(kept: String?) -> SwarmError {
    SwarmError(
      .conflict,
      "another program changed \(layout.memoryFile(swarm, namespace)) during the call; "
        + "its version stays",
      hint: kept.map(Hint.keptVersion) ?? "the agent removed its memory; run the call again",
      path: kept)
  }
}
