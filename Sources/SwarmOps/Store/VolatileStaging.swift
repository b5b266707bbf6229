/// Staging in memory, for the copies that a batch's agents work on: what they write there is handed
/// over and put on disk by us, so nothing needs it after a crash.
///
/// A file system on disk writes a file at once that was truncated and written again, as agents do
/// with every save; one in memory does not, and a batch makes up to twice as many calls per second.
///
/// Somebody may clear such a place away while an agent works: systemd-logind empties `/dev/shm` of a
/// user's files when that user logs out (`RemoveIPC=`), and `/tmp` has its cleaners. So a copy that has
/// gone is never taken for one that the agent removed without a look at what lies beside it
/// (``WarmChild/isComplete``).
enum VolatileStaging {
  /// Bytes that must be free: agents may write much.
  static let leastFree = 1 << 30
  /// Bytes of a memory past which its copy is better kept on disk.
  static let largestMemory = 1 << 20

  /// Makes a folder for one batch.
  ///
  /// - Parameter layout: The root that is worked on, which exists.
  /// - Returns: `nil` where memory must not be used, or cannot.
  static func make(for layout: SwarmLayout) -> StagingFolder? {
    make(for: layout, user: Ownership.user)
  }

  /// ``make(for:)`` as if this process were a user's.
  static func make(for layout: SwarmLayout, user: UInt32) -> StagingFolder? {
    guard let number = number(layout.root) else { return nil }
    for place in ["/dev/shm", "/tmp"] where hasRoom(place) {
      let own = folder(of: user, in: place)
      guard (try? FileSystem.makeFolder(own)) != nil, isPrivate(own, user),
        let staging = try? StagingFolder.make(in: "\(own)/\(number)")
      else { continue }
      // So that what a killed batch has left is found when its root is no more.
      FileSystem.makeLink("\(own)/\(number)\(rootSuffix)", to: layout.root)
      return staging
    }
    return nil
  }

  /// Removes the folder of a batch, and what was made around it where no other batch needs it.
  static func remove(_ staging: StagingFolder) throws(SwarmError) {
    try staging.remove()
    removeIfEmpty(staging.place)
  }

  private static func removeIfEmpty(_ folder: String) {
    FileSystem.removeFolderIfEmpty(folder)
    if (try? FileSystem.status(folder)) == nil { try? FileSystem.removeFile(folder + rootSuffix) }
  }

  /// Whether a place is in memory and has room for what agents may write.
  static func hasRoom(_ path: String) -> Bool {
    (PlatformCalls.freeMemory(ofFileSystem: path) ?? 0) >= leastFree
  }

  /// Where batches of a root may have their folders, as far as they are there.
  static func folders(of layout: SwarmLayout) -> [String] {
    let own = own()
    guard !own.isEmpty, let number = number(layout.root) else { return [] }
    return own.map { "\($0)/\(number)" }.filter { (try? FileSystem.status($0)) != nil }
  }

  /// Removes what dead batches have left of roots that were removed, or moved, since.
  static func sweepLostRoots() {
    for own in own() {
      for name in (try? FileSystem.list(own)) ?? [] where name.hasSuffix(rootSuffix) {
        let known = String(name.dropLast(rootSuffix.count))
        // The link leads to the root as it was called.
        if number(own + "/" + name) == known { continue }
        StagingFolder.sweep(own + "/" + known)
        removeIfEmpty(own + "/" + known)
      }
    }
  }

  private static let rootSuffix = ".root"

  /// What a root is known by, also after it was renamed.
  private static func number(_ root: String) -> String? {
    FileSystem.statusFollowingLinks(root).map { "\($0.device)-\($0.inode)" }
  }

  /// Our folders in the places that may be in memory, as far as they are there.
  private static func own() -> [String] {
    let user = Ownership.user
    return ["/dev/shm", "/tmp"].map { folder(of: user, in: $0) }.filter { isPrivate($0, user) }
  }

  private static func folder(of user: UInt32, in place: String) -> String {
    "\(place)/swarmctl-\(user)"
  }

  /// Whether nobody else can read or change what is in a folder; anyone may have made it first.
  private static func isPrivate(_ path: String, _ user: UInt32) -> Bool {
    guard let status = try? FileSystem.status(path) else { return false }
    return status.kind == .folder && status.owner == user && status.permissions & 0o077 == 0
  }
}
