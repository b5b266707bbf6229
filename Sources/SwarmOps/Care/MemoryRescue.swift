#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Puts what can be read of a torn memory in its place, and keeps the torn file.
struct MemoryRescue {
  let layout: RootLayout
  let swarm: GUID
  let namespace: Namespace
  let locks: LockOptions

  /// Does it, under the namespace's lock and by rename; a reader sees the torn file or the new one.
  ///
  /// - Returns: What was done.
  /// - Throws: ``SwarmError/Code/conflict`` where the file changed meanwhile, ``SwarmError/Code/io``
  ///   where the disk fails; then the torn file is still in its place.
  func perform() throws(SwarmError) -> String {
    let path = layout.memoryFile(swarm, namespace)
    let held = try StoreLocks(layout).swarm(swarm, .shared, locks)
    defer { held.release() }
    let lock = try StoreLocks(layout).namespace(swarm, namespace, locks)
    defer { lock.release() }
    let before = try FileSystem.status(path)
    let torn = try FileSystem.read(path, followLinks: false)
    if (try? JSONScanner.validate(torn, options: .allowNonFinite)) != nil {
      return "nothing: it is JSON by now"
    }
    let salvage = MemorySalvage(torn)
    let staging = try StagingFolder.make(in: layout.staging)
    let replacement = staging.path + "/memory.json"
    try FileSystem.create(replacement, salvage.document, sync: true)

    let place = layout.kept(swarm, namespace)
    let kept = "\(place)/\(Timestamp.now().compact)-\(getpid())-torn"
    try FileSystem.makeFolders(kept)
    let keptFile = kept + "/memory.json"
    // A copy and not a second name: whoever still writes to the torn file must not reach it.
    try FileSystem.create(keptFile, torn, sync: true)
    for folder in [kept, place] { try FileSystem.sync(folder) }

    guard let before, let now = try FileSystem.status(path), now.isUnchanged(since: before) else {
      try FolderTree.remove(kept)
      throw SwarmError(
        .conflict, "another program changed \(path) meanwhile", hint: "try again", path: path)
    }
    try FileSystem.rename(replacement, to: path)
    try FileSystem.sync(layout.memory(swarm, namespace))
    let entries = salvage.count == 1 ? "1 entry" : "\(salvage.count) entries"
    return "kept the torn file as \(keptFile) and put \(entries) in its place"
  }
}
