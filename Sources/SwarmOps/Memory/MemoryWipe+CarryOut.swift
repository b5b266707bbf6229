extension MemoryWipe {
  /// Deletes exactly what a plan lists, all of it or nothing.
  ///
  /// One namespace is locked alone; for all of them the swarm is, so that no run is under way.
  ///
  /// - Parameter plan: The list that the person agreed to.
  /// - Throws: ``SwarmError/Code/conflict`` where something changed since the plan was made,
  ///   ``SwarmError/Code/busy``, ``SwarmError/Code/io``; then nothing was changed.
  package func carryOut(_ plan: Plan) throws(SwarmError) {
    if plan.targets.isEmpty { return }
    let storeLocks = StoreLocks(layout)
    var held: [StoreLock] = []
    defer { for lock in held.reversed() { lock.release() } }
    switch plan.scope {
    case .one(let namespace):
      held.append(try SwarmSwitch.lockShared(plan.swarm, layout: layout, locks: locks))
      held.append(try storeLocks.namespace(plan.swarm, namespace, locks))
    case .all: held.append(try SwarmSwitch.lockAlone(plan.swarm, layout: layout, locks: locks))
    }
    try SwarmChange.memory.check(plan.swarm, layout: layout)
    StagingFolder.sweep(layout)
    var now: Plan?
    do throws(SwarmError) {
      now = try list(plan.swarm, plan.scope, plan.part)
    } catch {
      // What is gone or broken has changed; what cannot be read may be as it was.
      if error.code == .io { throw error }
    }
    guard now == plan else {
      throw SwarmError(
        .conflict, "the memory changed after the list was made; nothing was wiped",
        hint: "run it again: the list will be the new one")
    }
    let gate = try ChangeGate.enter(plan.swarm, layout: layout, locks: locks)
    defer { gate.release() }
    if plan.part == .everything {
      try removeFolders(plan)
    } else {
      try removeEntries(plan)
    }
    FileSystem.removeFolderIfEmpty(layout.versions(plan.swarm))
    if case .one(let namespace) = plan.scope {
      StagingFolder.removeCopies(layout, of: plan.swarm, namespace)
    } else {
      StagingFolder.removeCopies(layout, of: plan.swarm)
    }
  }

  private func removeFolders(_ plan: Plan) throws(SwarmError) {
    let removal = try Removal(layout: layout)
    do throws(SwarmError) {
      for target in plan.targets {
        try removal.moveAway(target.path)
        for path in target.kept { try removal.moveAway(path) }
      }
      try removeVersions(plan, removal)
      try removal.sync()
    } catch {
      removal.undo()
      throw error
    }
    FileSystem.removeFolderIfEmpty("\(layout.kept)/\(plan.swarm)")
    try removal.finish()
  }

  /// Takes the earlier versions away: they hold what is wiped.
  private func removeVersions(_ plan: Plan, _ removal: Removal) throws(SwarmError) {
    for namespace in Set(plan.targets.map(\.namespace)) {
      let place = layout.versions(plan.swarm, namespace)
      // Where nothing else was left of a user, they were the target.
      if try FileSystem.status(place) != nil { try removal.moveAway(place) }
    }
  }

  private func removeEntries(_ plan: Plan) throws(SwarmError) {
    let replacement = try FileReplacement(layout: layout)
    for target in plan.targets {
      let file = target.path + "/" + SwarmLayout.memoryName
      let bytes = try FileSystem.read(file, followLinks: false)
      let unwanted = Set(target.entryIDs.map { JSONKey($0) })
      do {
        let edit = try MemoryEdit(bytes)
        try replacement.stage(
          edit.removing { unwanted.contains(JSONKey($0.key)) }, for: file)
      } catch let error as SwarmError {
        throw error
      } catch {
        throw SwarmError(.badData, "\(file) is not a JSON object any more: \(error)", path: file)
      }
    }
    let removal = try Removal(layout: layout)
    do throws(SwarmError) {
      try removeVersions(plan, removal)
      try removal.sync()
      try replacement.commit()
    } catch {
      removal.undo()
      throw error
    }
    try removal.finish()
  }
}
