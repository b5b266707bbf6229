/// Puts a staged deploy in place of the one before, so that no command of ours ever sees a mixture of
/// both; memory is not touched.
///
/// `agents/` and `manifest.json` are two names, and no system call changes two names at once. So the
/// new deploy is first moved into the swarm's folder as a whole, under a name of its own (`next`).
/// From then on it happens: the two are exchanged, one after the other, and whoever comes next, under
/// the swarm's lock, does what a crash left undone. What was replaced is then under that name and
/// becomes the first of the earlier deploys.
enum SwarmSwitch {
  /// What belongs to a deploy; nothing else in a swarm's folder is ever touched.
  private static let parts = [SwarmLayout.agentsName, SwarmLayout.manifestName]
  /// What a part's name ends with while it is exchanged on a file system that cannot do it at once.
  private static let asideSuffix = ".old"

  /// Puts a staged deploy in place, for good.
  ///
  /// The caller holds the swarm alone and has made everything in `staged` durable.
  ///
  /// - Parameters:
  ///   - staged: A folder with `agents/` and a manifest whose ``DeployNote`` has a number of its own,
  ///     on the root's file system.
  ///   - swarm: The swarm.
  ///   - layout: The root.
  static func replace(with staged: String, _ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    let target = layout.swarm(swarm)
    guard let status = try FileSystem.status(target) else {
      return try FileChanges.perform { changes throws(SwarmError) in
        try changes.makeFolders(layout.swarms)
        try changes.add(target, from: staged)
      }
    }
    guard status.kind == .folder else {
      throw SwarmError(
        .io, "\(target) is in the way: a folder belongs there", hint: "move it away", path: target)
    }
    try finish(swarm, layout: layout)
    let next = layout.nextDeploy(swarm)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.makeFolders(layout.deploys(swarm))
      try changes.add(next, from: staged)
    }
    do throws(SwarmError) {
      try FileChanges.perform { changes throws(SwarmError) in
        for part in parts { try exchange(part, swarm, layout, changes) }
      }
    } catch {
      // Nothing is exchanged any more: an error means that nothing was changed.
      try? FileChanges.perform { changes throws(SwarmError) in
        try changes.remove(next, to: staged)
      }
      FileSystem.removeFolderIfEmpty(layout.deploys(swarm))
      throw error
    }
    // The new deploy is in place. What is left to tidy, the next command on the swarm tidies.
    try? conclude(swarm, layout: layout)
  }

  private static func exchange(
    _ part: String, _ swarm: GUID, _ layout: SwarmLayout, _ changes: FileChanges
  ) throws(SwarmError) {
    let (new, live) = (layout.nextDeploy(swarm) + "/" + part, layout.swarm(swarm) + "/" + part)
    if try FileSystem.status(live) == nil {
      try changes.move(new, to: live)
    } else {
      try changes.exchange(live, with: new, aside: new + asideSuffix)
    }
  }

  // MARK: After a crash

  /// Does what a deploy that was cut off left undone.
  ///
  /// The caller holds the swarm alone.
  private static func finish(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    try FormerSwitch.finish(swarm, layout: layout)
    let next = layout.nextDeploy(swarm)
    guard try FileSystem.status(next) != nil else { return }
    try FileChanges.perform { changes throws(SwarmError) in
      var exchanged: Set<String> = []
      for part in parts {
        let (new, live) = (next + "/" + part, layout.swarm(swarm) + "/" + part)
        if try changes.finishExchange(live, with: new, aside: new + asideSuffix) {
          exchanged.insert(part)
        }
      }
      let manifest = try newManifest(swarm, layout)
      if !exchanged.contains(SwarmLayout.agentsName),
        try !hasNewAgents(swarm, manifest.content, layout)
      {
        try exchange(SwarmLayout.agentsName, swarm, layout, changes)
      }
      if !manifest.isInPlace {
        try exchange(SwarmLayout.manifestName, swarm, layout, changes)
      }
    }
    try conclude(swarm, layout: layout)
  }

  /// The manifest of the deploy that was cut off: of the two, the one with the higher number.
  private static func newManifest(_ swarm: GUID, _ layout: SwarmLayout) throws(SwarmError)
    -> (content: SwarmManifest, isInPlace: Bool)
  {
    let path = layout.nextDeploy(swarm) + "/" + SwarmLayout.manifestName
    let live = try? SwarmManifest.read(layout.manifest(swarm))
    let other = try? SwarmManifest.read(path)
    let (liveNumber, otherNumber) = (live?.deploy?.number ?? 0, other?.deploy?.number ?? 0)
    if let live, liveNumber > otherNumber { return (live, true) }
    if let other, otherNumber > liveNumber { return (other, false) }
    throw SwarmError(
      .badData, "a deploy of swarm \(swarm) was cut off, and its manifest is damaged: \(path)",
      hint: "move \(layout.nextDeploy(swarm)) away and deploy the bundle again", path: path)
  }

  /// Whether the agents of the deploy that was cut off are in place already.
  private static func hasNewAgents(
    _ swarm: GUID, _ manifest: SwarmManifest, _ layout: SwarmLayout
  ) throws(SwarmError) -> Bool {
    let live = layout.agents(swarm)
    let other = layout.nextDeploy(swarm) + "/" + SwarmLayout.agentsName
    if try FileSystem.status(other) == nil { return true }
    if try FileSystem.status(live) == nil { return false }
    let found = try DeployedFiles(live, listedBy: manifest)
    if found.isExact { return true }
    if try DeployedFiles(other, listedBy: manifest).isExact { return false }
    // Somebody wrote into the folder after the crash.
    if found.holdsAll { return true }
    throw SwarmError(
      .badData,
      "a deploy of swarm \(swarm) was cut off, and neither \(live) nor \(other) is what it deployed",
      hint: "move \(layout.nextDeploy(swarm)) away and deploy the bundle again", path: other)
  }

  /// Puts what was replaced among the earlier deploys, and lets go of the oldest.
  private static func conclude(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    // Nothing else tells the index of all swarms that a name may have changed.
    FileSystem.touch(layout.swarms)
    let next = layout.nextDeploy(swarm)
    if try FileSystem.list(next).isEmpty {
      FileSystem.removeFolderIfEmpty(next)
      return
    }
    let kept = KeptDeploys(layout: layout, swarm: swarm)
    let replaced = try? SwarmManifest.read(next + "/" + SwarmLayout.manifestName)
    let current = (try SwarmManifest.read(layout.manifest(swarm))).deploy?.number ?? 1
    try kept.add(next, number: replaced?.deploy?.number ?? current - 1)
  }

  // MARK: Locks

  /// Whether a deploy is under way, or was cut off.
  static func isUnderWay(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) -> Bool {
    if try FileSystem.status(layout.nextDeploy(swarm)) != nil { return true }
    return try FileSystem.status(layout.formerSwitch(swarm)) != nil
  }

  /// Takes a swarm's lock shared, with no half-made switch behind it.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - locks: How locks are waited for.
  static func lockShared(_ swarm: GUID, layout: SwarmLayout, locks: LockOptions)
    throws(SwarmError) -> StoreLock
  {
    let layout = layout.live
    while true {
      try recover(swarm, layout: layout, locks: locks)
      let lock = try StoreLocks(layout).swarm(swarm, .shared, locks)
      // A deploy may have been killed between the two.
      do throws(SwarmError) {
        if try !isUnderWay(swarm, layout: layout) { return lock }
      } catch {
        lock.release()
        throw error
      }
      lock.release()
    }
  }

  /// Takes a swarm's lock alone, with no half-made switch behind it.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - locks: How locks are waited for.
  static func lockAlone(_ swarm: GUID, layout: SwarmLayout, locks: LockOptions)
    throws(SwarmError) -> StoreLock
  {
    let lock = try StoreLocks(layout).swarm(swarm, .exclusive, locks)
    do throws(SwarmError) {
      try finish(swarm, layout: layout)
    } catch {
      lock.release()
      throw error
    }
    return lock
  }

  /// Finishes a switch that was cut off, where there is one.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - locks: How long to wait for the swarm: a deploy may be at work.
  static func recover(_ swarm: GUID, layout: SwarmLayout, locks: LockOptions) throws(SwarmError) {
    let layout = layout.live
    guard try isUnderWay(swarm, layout: layout) else { return }
    try lockAlone(swarm, layout: layout, locks: locks).release()
  }

  /// Reads a deployed swarm without holding up anybody, also in a root that cannot be written.
  ///
  /// No lock is taken: what is read is checked to be of one deploy instead, and read again where it is
  /// not.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - locks: How long to wait where a deploy is being switched in.
  ///   - read: Reads; may be called again.
  static func readUnlocked<Value>(
    _ swarm: GUID, layout: SwarmLayout, locks: LockOptions = LockOptions(),
    _ read: () throws(SwarmError) -> Value
  ) throws(SwarmError) -> Value {
    func inodes() throws(SwarmError) -> [UInt64?] {
      [
        try FileSystem.status(layout.agents(swarm))?.inode,
        try FileSystem.status(layout.manifest(swarm))?.inode,
      ]
    }
    while true {
      try recover(swarm, layout: layout, locks: locks)
      let before = try inodes()
      let result: Result<Value, SwarmError>
      do throws(SwarmError) {
        result = .success(try read())
      } catch {
        result = .failure(error)
      }
      if try inodes() == before, try !isUnderWay(swarm, layout: layout) { return try result.get() }
    }
  }
}
