#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Puts a staged swarm in place of a deployed one in a single step that every reader sees as the
/// old swarm or the new one, with its memory in it at every moment.
///
/// Memory lies inside the swarm's folder, and a folder cannot be in two places. So the new folder
/// gets a link to wherever the old one's memory is, the two folders are exchanged in one system
/// call, and then link and memory are exchanged, again in one call. A crash in between leaves a
/// swarm that works, memory included; ``recover(_:layout:locks:)`` finishes it.
enum SwarmSwitch {
  /// What belongs to a deploy; everything else in a swarm's folder is carried over.
  private static let deployed: Set<String> = [SwarmLayout.manifestName, SwarmLayout.agentsName]

  /// Puts a staged folder in place, for good.
  ///
  /// The caller holds the swarm alone and has made everything in `staged` durable.
  ///
  /// - Parameters:
  ///   - staged: The new folder, on the root's file system.
  ///   - swarm: The swarm.
  ///   - layout: The root.
  static func replace(with staged: String, _ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    let target = layout.swarm(swarm)
    try FileSystem.makeFolders(layout.swarms)
    guard let status = try FileSystem.status(target) else {
      try FileSystem.rename(staged, to: target)
      do throws(SwarmError) {
        try FileSystem.sync(layout.swarms, followLinks: true)
        return try FileSystem.sync(layout.root, followLinks: true)
      } catch {
        try? FileSystem.rename(target, to: staged)
        throw error
      }
    }
    guard status.kind == .folder else {
      throw SwarmError(
        .io, "\(target) is in the way: a folder belongs there", hint: "move it away", path: target)
    }
    let switching = layout.switching(swarm)
    try finish(swarm, layout: layout)
    for name in try FileSystem.list(target) where !deployed.contains(name) {
      guard try FileSystem.status(target + "/" + name) != nil else {
        throw SwarmError(
          .refused, "\(target)/\(name) cannot be used: its name is not UTF-8",
          hint: "rename it or move it away", path: target)
      }
      let link = staged + "/" + name
      try systemCall("make the link", link) { symlink(sign(of: name, swarm), link) }
    }
    try FileSystem.sync(staged)
    try FileSystem.rename(staged, to: switching)
    do throws(SystemError) {
      try PlatformCalls.exchange(switching, target)
    } catch {
      try? FolderTree.remove(switching)
      if error.number == EINVAL || error.number == ENOSYS {
        throw SwarmError(
          .setup,
          "the file system of \(layout.root) cannot exchange two folders in one step, "
            + "so a deploy could not be all or nothing",
          hint: "keep the root on ext4, xfs, btrfs, tmpfs or APFS", path: target,
          underlying: error.text)
      }
      throw error.describing("replace", target)
    }
    do throws(SwarmError) {
      try FileSystem.sync(layout.swarms, followLinks: true)
    } catch {
      // Back to the old swarm: an error means that nothing was changed.
      if (try? PlatformCalls.exchange(switching, target)) != nil {
        try? FolderTree.remove(switching)
      }
      throw error
    }
    // The new swarm is in place and works. What is left to tidy, the next command on it tidies.
    try? finish(swarm, layout: layout)
  }

  /// Where a link leads that stands for what is still in the other folder.
  private static func sign(of name: String, _ swarm: GUID) -> String {
    "../\(SwarmLayout.switchPrefix)\(swarm)/\(name)"
  }

  /// Takes a swarm's lock shared, with no half-made switch behind it.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - locks: How locks are waited for.
  static func lockShared(_ swarm: GUID, layout: SwarmLayout, locks: LockOptions)
    throws(SwarmError) -> FileLock
  {
    while true {
      try recover(swarm, layout: layout, locks: locks)
      let lock = try StoreLocks(layout).swarm(swarm, .shared, locks)
      // A deploy may have been killed between the two.
      if try FileSystem.status(layout.switching(swarm)) == nil { return lock }
      lock.release()
    }
  }

  /// Reads a deployed swarm without holding up anybody, also in a root that cannot be written.
  ///
  /// No lock is taken: a deploy switches the whole folder, so what is read is checked to be of one
  /// deploy instead, and read again where it is not.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - read: Reads; may be called again.
  static func readUnlocked<Value>(
    _ swarm: GUID, layout: SwarmLayout, _ read: () throws(SwarmError) -> Value
  ) throws(SwarmError) -> Value {
    let folder = layout.swarm(swarm)
    while true {
      let before = try FileSystem.status(folder)
      let result: Result<Value, SwarmError>
      do throws(SwarmError) {
        result = .success(try read())
      } catch {
        result = .failure(error)
      }
      if try FileSystem.status(folder)?.inode == before?.inode { return try result.get() }
    }
  }

  /// Takes a swarm's lock alone, with no half-made switch behind it.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - locks: How locks are waited for.
  static func lockAlone(_ swarm: GUID, layout: SwarmLayout, locks: LockOptions)
    throws(SwarmError) -> FileLock
  {
    let lock = try StoreLocks(layout).swarm(swarm, .exclusive, locks)
    try finish(swarm, layout: layout)
    return lock
  }

  /// Finishes a switch that was cut off, where there is one.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - locks: How long to wait for the swarm: a deploy may be at work.
  static func recover(_ swarm: GUID, layout: SwarmLayout, locks: LockOptions) throws(SwarmError) {
    guard try FileSystem.status(layout.switching(swarm)) != nil else { return }
    try lockAlone(swarm, layout: layout, locks: locks).release()
  }

  /// Brings what was carried over home, and removes the rest.
  ///
  /// The caller holds the swarm alone.
  private static func finish(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    let switching = layout.switching(swarm)
    let target = layout.swarm(swarm)
    guard try FileSystem.status(switching) != nil else { return }
    for name in try FileSystem.list(switching) where !deployed.contains(name) {
      let away = switching + "/" + name
      let home = target + "/" + name
      // A sign stands for what is at home already; anything else, other links too, must go home.
      if FileSystem.linkTarget(away) == Array(sign(of: name, swarm).utf8) { continue }
      guard try FileSystem.status(away) != nil else { continue }
      switch try FileSystem.status(home)?.kind {
      case .link:
        do throws(SystemError) {
          try PlatformCalls.exchange(away, home)
        } catch {
          throw error.describing("bring back", home)
        }
      case nil: try FileSystem.rename(away, to: home)
      default:
        throw SwarmError(
          .io, "a deploy of swarm \(swarm) was cut off, and both \(home) and \(away) exist",
          hint: "decide which one is right and move the other away", path: away)
      }
    }
    try FileSystem.sync(target)
    // Nothing lists a switch that is over, so one rename ends it, however long deleting takes.
    let staging = try StagingFolder.make(in: layout.staging)
    try FileSystem.rename(switching, to: staging.path + "/switched")
    try FileSystem.sync(layout.swarms, followLinks: true)
  }
}
