#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A private folder for one operation, on the root's file system or in memory, gone when the operation
/// ends.
///
/// The operation holds a kernel lock on the folder itself for as long as it lives, so anybody can
/// tell the folder of a dead operation from one in use and sweep it.
final class StagingFolder {
  /// The folder's path.
  let path: String
  /// The folder that it was made in.
  var place: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }
  private let lock: Descriptor
  private var isRemoved = false

  private init(path: String, lock: Descriptor) {
    self.path = path
    self.lock = lock
  }

  /// How often a sweeper may come first before the place itself is what is wrong.
  private static let maximumAttempts = 100

  /// Makes a new folder below a place that every operation of the root uses.
  ///
  /// - Parameter place: ``SwarmLayout/staging``, or one of ``VolatileStaging``.
  static func make(in place: String) throws(SwarmError) -> StagingFolder {
    try FileSystem.makeFolders(place)
    var attempts = 0
    while true {
      attempts += 1
      let path = "\(place)/\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 16))"
      do throws(SwarmError) {
        try FileSystem.makeFolder(path)
      } catch {
        // Swept between being made and getting its mode; some places, such as /proc, never make one.
        if attempts < maximumAttempts, try FileSystem.status(path) == nil,
          try FileSystem.status(place) != nil,
          error.errno == ENOENT
        {
          continue
        }
        throw error
      }
      if let folder = try claim(path) { return folder }
      // A sweeper saw the folder before its lock: take another name.
    }
  }

  /// Takes over a folder that no living operation holds.
  ///
  /// - Returns: `nil` where the folder is in use or gone.
  private static func claim(_ path: String) throws(SwarmError) -> StagingFolder? {
    do {
      let folder = try openFolder(path)
      try systemCall { flock(folder.number, LOCK_EX | LOCK_NB) }
      let held = try FileSystem.status(of: folder.number, path: path)
      guard let found = try FileSystem.status(path), found.inode == held.inode else { return nil }
      return StagingFolder(path: path, lock: folder)
    } catch let error as SystemError {
      if error.number == ENOENT || error.number == EWOULDBLOCK { return nil }
      throw error.describing("lock", path)
    } catch let error as SwarmError {
      throw error
    } catch {
      throw SwarmError(.internalError, "claiming \(path): \(error)")
    }
  }

  private static func openFolder(_ path: String) throws(SystemError) -> Descriptor {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
    do throws(SystemError) {
      return try FileSystem.open(path, flags)
    } catch {
      // The agent of a dead run may have taken the permissions away.
      guard error.number == EACCES, chmod(path, FileSystem.folderMode) == 0 else { throw error }
    }
    return try FileSystem.open(path, flags)
  }

  /// Removes the folders of operations that are dead, never those of living ones.
  ///
  /// What cannot be removed now is no reason to fail: something that the dead operation started
  /// may still be writing there, and the next sweep tries again.
  ///
  /// - Parameter layout: The root.
  /// - Returns: How many were removed.
  @discardableResult
  static func sweep(_ layout: SwarmLayout) -> Int {
    sweep(layout.staging) + VolatileStaging.sweep(layout)
  }

  /// ``sweep(_:)`` for one place.
  @discardableResult
  static func sweep(_ place: String) -> Int {
    guard let names = try? FileSystem.list(place) else { return 0 }
    var removed = 0
    for name in names {
      guard let dead = try? claim(place + "/" + name), (try? dead.remove()) != nil else { continue }
      removed += 1
    }
    return removed
  }

  /// How many folders dead operations have left.
  ///
  /// - Parameter layout: The root.
  static func countDead(_ layout: SwarmLayout) throws(SwarmError) -> Int {
    var count = 0
    for place in places(layout) {
      for name in (try? FileSystem.list(place)) ?? [] {
        guard let dead = try claim(place + "/" + name) else { continue }
        // Left for whoever sweeps.
        dead.isRemoved = true
        count += 1
      }
    }
    return count
  }

  /// Removes the copies of memory that living operations keep though no call is under way: those of a
  /// batch that waits for requests, which makes new ones when they are gone.
  ///
  /// What cannot be removed goes with its operation.
  ///
  /// - Parameters:
  ///   - layout: The root.
  ///   - swarm: The swarm; the caller holds its lock alone, or shared with that of `namespace`.
  ///   - namespace: Whose copies, or `nil` for all of the swarm's.
  static func removeCopies(
    _ layout: SwarmLayout, of swarm: GUID, _ namespace: Namespace? = nil
  ) {
    for place in places(layout) {
      for operation in (try? FileSystem.list(place)) ?? [] {
        for child in (try? FileSystem.list("\(place)/\(operation)")) ?? [] {
          let copies = SwarmLayout(root: "\(place)/\(operation)/\(child)")
          let copy = namespace.map { copies.memory(swarm, $0) } ?? copies.swarm(swarm)
          try? FolderTree.remove(copy)
        }
      }
    }
  }

  /// Where the operations of a root have their folders.
  static func places(_ layout: SwarmLayout) -> [String] {
    [layout.staging] + VolatileStaging.folders(of: layout)
  }

  /// Removes the folder with everything in it.
  func remove() throws(SwarmError) {
    isRemoved = true
    try FolderTree.remove(path)
  }

  deinit {
    if !isRemoved { try? remove() }
  }
}
