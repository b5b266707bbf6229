/// Seals swarms and opens them again.
package struct SwarmSealing: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions
  private var layout: SwarmLayout { store.layout }

  /// Prepares sealing.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Seals a swarm: from then on its memory does not change, whoever asks.
  ///
  /// Calls under way are not waited for: those that want to change memory are refused in the end.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - person: Who seals it.
  /// - Returns: The seal, and whether it is new.
  /// - Throws: ``SwarmError/Code/io`` where a file belongs to somebody else or the disk fails, with
  ///   nothing changed; ``SwarmError/Code/busy``.
  package func seal(_ swarm: GUID, by person: String) throws(SwarmError)
    -> (seal: SwarmSeal, isNew: Bool)
  {
    let lock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { lock.release() }
    let gate = try ChangeGate.close(swarm, layout: layout, locks: locks)
    defer { gate.release() }
    let manifest = try SwarmManifest.read(layout.manifest(swarm))
    let modes = try FolderModes(layout.memory(swarm))
    if let seal = try SwarmSeal.of(swarm, layout: layout) {
      // Whoever sealed it may have been stopped before the last file.
      try modes.close()
      return (seal, false)
    }
    var sealed = manifest
    sealed.fields[SwarmSeal.field] = [
      "status": "sealed", "sealed_at": .string(Timestamp.microseconds()),
      "sealed_by": .string(person), "trigger": "voluntary",
    ]
    // The seal itself first: whatever comes after it may be cut off.
    try sealed.replace(of: swarm, layout: layout)
    do throws(SwarmError) {
      try modes.close()
    } catch {
      try? manifest.replace(of: swarm, layout: layout)
      throw error
    }
    guard let seal = SwarmSeal(sealed.fields[SwarmSeal.field]) else {
      throw SwarmError(.internalError, "the seal that was just written does not close")
    }
    return (seal, true)
  }

  /// The seal that ``unseal(_:)`` would take off.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: The seal, or `nil` for an open swarm.
  /// - Throws: ``SwarmError/Code/sealed`` for one that is sealed for ever.
  package func removableSeal(of swarm: GUID) throws(SwarmError) -> SwarmSeal? {
    guard let seal = try SwarmSeal.of(swarm, layout: layout) else { return nil }
    if seal.isEternal { throw seal.refusal(swarm) }
    return seal
  }

  /// Opens a sealed swarm.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: The seal that it had, or `nil` where it was open.
  /// - Throws: ``SwarmError/Code/sealed`` for one that is sealed for ever; ``SwarmError/Code/io``
  ///   with the seal still on; ``SwarmError/Code/busy``.
  @discardableResult
  package func unseal(_ swarm: GUID) throws(SwarmError) -> SwarmSeal? {
    let lock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { lock.release() }
    let gate = try ChangeGate.close(swarm, layout: layout, locks: locks)
    defer { gate.release() }
    guard let seal = try SwarmSeal.of(swarm, layout: layout) else { return nil }
    if seal.isEternal { throw seal.refusal(swarm) }
    var manifest = try SwarmManifest.read(layout.manifest(swarm))
    // The modes first: cut off after them, the swarm is still sealed and nothing is in the way.
    try FolderModes(layout.memory(swarm)).open()
    let mark = layout.sealMark(swarm)
    if try FileSystem.status(mark) != nil {
      let staging = try StagingFolder.make(in: layout.staging)
      try FileChanges.perform { changes throws(SwarmError) in
        try changes.remove(mark, to: staging.path + "/mark")
      }
      try? staging.remove()
    }
    if manifest.fields[SwarmSeal.field] != nil {
      manifest.fields[SwarmSeal.field] = nil
      try manifest.replace(of: swarm, layout: layout)
    }
    return seal
  }
}

extension SwarmManifest {
  /// Puts these fields in the place of a swarm's manifest, whole and on disk, or changes nothing.
  ///
  /// - Parameters:
  ///   - swarm: The swarm, whose lock the caller holds.
  ///   - layout: The root.
  func replace(of swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    let staging = try StagingFolder.make(in: layout.staging)
    let new = staging.path + "/" + SwarmLayout.manifestName
    try FileSystem.create(
      new, JSONValue.object(fields).serialized(pretty: true), sync: true)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.replace(
        layout.manifest(swarm), with: new, keeping: staging.path + "/previous")
    }
    try staging.remove()
  }
}
