/// Puts what can be read of a torn memory in its place, and keeps the torn file.
struct MemoryRescue {
  let layout: SwarmLayout
  let swarm: GUID
  let namespace: Namespace
  let locks: LockOptions

  /// How long a file must not have changed: until then whoever writes it in place may go on.
  static let rest: Duration = .seconds(10)

  /// Whether a file has not changed for a while.
  ///
  /// A time that is still to come was set by somebody; then the time counts that nobody can set.
  static func isAtRest(_ status: FileStatus) -> Bool {
    let now = Timestamp.nanoseconds()
    let last = status.modified > now ? status.changed : status.modified
    return last
      < now.addingSaturated(-rest.components.seconds.multipliedSaturated(by: 1_000_000_000))
  }

  /// Does it, under the namespace's lock and by rename; a reader sees the torn file or the new one.
  ///
  /// - Returns: What was done.
  /// - Throws: ``SwarmError/Code/conflict`` where the file changed meanwhile, ``SwarmError/Code/io``
  ///   where the disk fails; then the torn file is still in its place.
  func perform() throws(SwarmError) -> String {
    let path = layout.memoryFile(swarm, namespace)
    let held = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { held.release() }
    let lock = try StoreLocks(layout).namespace(swarm, namespace, locks)
    defer { lock.release() }
    let before = try FileSystem.status(path)
    let torn = try FileSystem.read(path, followLinks: false)
    if (try? JSONScanner.validate(torn, options: .allowNonFinite)) != nil {
      return "nothing: it is JSON by now"
    }
    guard let before, Self.isAtRest(before) else {
      throw SwarmError(
        .busy, "\(path) changed less than \(Self.rest.components.seconds) seconds ago",
        hint: "another program may be writing it: try again later", path: path)
    }
    let salvage = MemorySalvage(torn)
    let staging = try StagingFolder.make(in: layout.staging)
    let replacement = staging.path + "/" + SwarmLayout.memoryName
    try FileSystem.create(replacement, salvage.document, sync: true)

    // A copy and not a second name: whoever still writes to the torn file must not reach it.
    let keptFile = try KeptVersion.keep(torn, of: swarm, namespace, reason: "torn", layout: layout)

    guard let now = try FileSystem.status(path), now.isUnchanged(since: before) else {
      try FolderTree.remove(String(keptFile.dropLast(("/" + SwarmLayout.memoryName).count)))
      throw SwarmError(
        .conflict, "another program changed \(path) meanwhile", hint: "try again", path: path)
    }
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.replace(path, with: replacement, keeping: staging.path + "/previous")
    }
    let entries = salvage.count == 1 ? "1 entry" : "\(salvage.count) entries"
    return "kept the torn file as \(keptFile) and put \(entries) in its place"
  }
}
