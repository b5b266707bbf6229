/// Makes snapshots: agents, manifest and the memory of all users, copied at one instant.
package struct SnapshotCreation: Sendable {
  /// What was made.
  package struct Report: Sendable {
    /// The snapshot.
    package let snapshot: SwarmSnapshot
    /// Its files.
    package let files: Int
    /// The bytes in them.
    package let bytes: Int
    /// A sentence on everything that was left out, such as a link.
    package let left: [String]
  }

  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares snapshots.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Makes a snapshot.
  ///
  /// Agents that are at work are not waited for: what they have not committed is not in it. Commits
  /// wait while it is copied. It is made under another name and renamed, so one that was cut off is
  /// never listed, and the next run sweeps it.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - label: What to call it; see ``SwarmSnapshot/label(_:)``.
  /// - Returns: What was made.
  /// - Throws: ``SwarmError/Code/badData`` for a damaged swarm, ``SwarmError/Code/busy``,
  ///   ``SwarmError/Code/io``; then there is no snapshot.
  package func create(_ swarm: GUID, label: String) throws(SwarmError) -> Report {
    let layout = store.layout
    let label = SwarmSnapshot.label(label)
    let lock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { lock.release() }
    _ = try store.manifest(swarm)
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    let copy = staging.path + "/snapshot"
    try FileSystem.makeFolder(copy)
    let gate = try ChangeGate.close(swarm, layout: layout, locks: locks)
    defer { gate.release() }
    var copying = FolderCopy(file: FolderModes.closedFile, folder: FolderModes.closedFolder)
    copying.addFile(layout.manifest(swarm), to: copy + "/" + SwarmSnapshot.sourceManifestName)
    try copying.add(layout.agents(swarm), to: copy + "/" + SwarmLayout.agentsName)
    try copying.add(layout.memory(swarm), to: copy + "/" + SwarmLayout.namespacesName)
    try copying.finish()
    let name = try publish(copy, swarm, label)
    try? staging.remove()
    return Report(
      snapshot: try SwarmSnapshot.find(name, of: swarm, allowsPrefix: false, layout: layout),
      files: copying.files, bytes: copying.bytes, left: copying.left)
  }

  /// Moves the copy to its place, under the name of this second or of the next that is free.
  private func publish(_ copy: String, _ swarm: GUID, _ label: String) throws(SwarmError) -> String
  {
    let layout = store.layout
    var time = Timestamp.now()
    while try FileSystem.status(
      layout.snapshot(swarm, SwarmSnapshot.name(time, label: label))) != nil
    {
      time = Timestamp(seconds: time.seconds + 1)
    }
    let name = SwarmSnapshot.name(time, label: label)
    let metadata: JSONValue = [
      "snapshot_label": .string(label), "snapshot_iso": .string(time.iso8601),
      "snapshot_name": .string(name), "swarm_guid": .string("\(swarm)"),
    ]
    let file = copy + "/" + SwarmSnapshot.metadataName
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.write(metadata.serialized(pretty: true), to: file)
      try FolderModes.closeOne(file)
    }
    let path = layout.snapshot(swarm, name)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.makeFolders(layout.snapshots(swarm))
      try changes.add(path, from: copy)
      // Not before: a folder that may not be written cannot be moved to another one.
      try FolderModes.closeOne(path)
    }
    return name
  }
}
