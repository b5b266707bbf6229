/// Puts a memory back as it was before a change; itself a change that can be undone.
package struct MemoryUndo: Sendable {
  /// What an undo does.
  package struct Plan: Sendable {
    /// The swarm.
    package let swarm: GUID
    /// Whose memory.
    package let namespace: Namespace
    /// The version that comes back.
    package let version: EarlierVersion
    /// What differs between the memory as it is and as it will be.
    package let difference: MemoryDifference
    /// The latest version when the plan was made.
    fileprivate let latest: Int
    fileprivate let current: MemoryMark
  }

  private let store: SwarmStore
  private let locks: LockOptions
  private var layout: SwarmLayout { store.layout }

  /// Prepares undoing.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Says what an undo would do; changes nothing.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  ///   - number: The version to go back to; `nil` for the latest, which takes back the last change.
  /// - Returns: What it would do.
  /// - Throws: ``SwarmError/Code/noSuchVersion``; ``SwarmError/Code/conflict`` where no version was
  ///   named and the memory is not what its last change left; ``SwarmError/Code/sealed``.
  package func plan(_ swarm: GUID, _ namespace: Namespace, to number: Int?) throws(SwarmError)
    -> Plan
  {
    try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
    try ChangeGate.check(swarm, layout: layout)
    let versions = NamespaceVersions(layout: layout, swarm: swarm, namespace: namespace)
    let all = try versions.all()
    guard let latest = all.first,
      let version = number.map({ number in all.first { $0.number == number } }) ?? latest
    else { throw versions.missing(number, all) }
    let current = MemoryMark(try FileSystem.status(layout.memoryFile(swarm, namespace)))
    if number == nil, current != latest.left {
      throw SwarmError(
        .conflict,
        "\(layout.memoryFile(swarm, namespace)) is not what its last change left: another program "
          + "changed it since; nothing was changed, and both are kept",
        hint: "compare them, and go back to version \(latest.number) by its number: what is there "
          + "now is then kept as a version too",
        path: layout.memoryFile(swarm, namespace))
    }
    let reader = MemoryVersions(store: store)
    let now = try reader.files(swarm, namespace, at: nil)
    let then = try reader.files(swarm, namespace, at: version.number)
    return Plan(
      swarm: swarm, namespace: namespace, version: version,
      difference: try MemoryDifference(now, then), latest: latest.number, current: current)
  }

  /// Does what a plan says, whole and on disk, or changes nothing.
  ///
  /// - Parameter plan: What the person agreed to.
  /// - Returns: The number of the version that holds what was there until now, and a warning where
  ///   it could not be kept; no number where nothing differed.
  /// - Throws: ``SwarmError/Code/conflict`` where the memory changed since the plan was made;
  ///   ``SwarmError/Code/sealed``, ``SwarmError/Code/busy``, ``SwarmError/Code/io``.
  package func carryOut(_ plan: Plan) throws(SwarmError) -> (kept: Int?, warning: String?) {
    let (swarm, namespace) = (plan.swarm, plan.namespace)
    let swarmLock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { swarmLock.release() }
    let lock = try StoreLocks(layout).namespace(swarm, namespace, locks)
    defer { lock.release() }
    StagingFolder.sweep(layout)
    let versions = NamespaceVersions(layout: layout, swarm: swarm, namespace: namespace)
    let current = MemoryMark(try FileSystem.status(layout.memoryFile(swarm, namespace)))
    guard current == plan.current, try versions.all().first?.number == plan.latest else {
      throw SwarmError(
        .conflict, "the memory changed meanwhile; nothing was undone", hint: "look again, then undo"
      )
    }
    let state = try versions.state(at: plan.version.number)
    let staging = try StagingFolder.make(in: layout.staging)
    let copy = try NamespaceCopy(
      layout: layout, swarm: swarm, namespace: namespace, staging: staging)
    for (name, path) in state { try copy.put(path, as: name) }
    let commit = try copy.commit(by: "undo")
    StagingFolder.removeCopies(layout, of: swarm, namespace)
    return (commit.version, commit.warning)
  }
}

extension NamespaceCopy {
  /// Puts a copy of a file in the place of one of the staged copy's, or takes that away.
  ///
  /// - Parameters:
  ///   - path: The file, or `nil` for none.
  ///   - name: The path in the namespace.
  func put(_ path: FilePath?, as name: FilePath) throws(SwarmError) {
    let target = FilePath(copy) / name
    try FolderTree.remove(target)
    guard let path else { return }
    if let parent = target.folder { try FileSystem.makeFolders(parent) }
    try FileCopy.make(of: path, at: target)
  }
}
