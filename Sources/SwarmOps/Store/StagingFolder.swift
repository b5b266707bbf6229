/// A private folder for one operation, on the root's file system or in memory, gone when the operation
/// ends.
///
/// The operation holds a kernel lock on the folder itself for as long as it lives, so anybody can
/// tell the folder of a dead operation from one in use and sweep it. Other machines that share the root
/// do not see that lock: for them the name tells whose folder it is, and a file in it, which is renewed,
/// that the operation lives (``StagingSign``).
final class StagingFolder {
  /// The folder's path.
  let path: String
  /// The folder that it was made in.
  var place: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }
  private let lock: OpenFolder
  private let sign: StagingSign?
  private var isRemoved = false

  private init(path: String, lock: OpenFolder, sign: StagingSign?) {
    self.path = path
    self.lock = lock
    self.sign = sign
  }

  /// How often a sweeper may come first before the place itself is what is wrong.
  private static let maximumAttempts = 100

  /// Makes a new folder below a place that every operation of the root uses.
  ///
  /// - Parameter place: ``SwarmLayout/staging``, or one of ``VolatileStaging``.
  static func make(in place: String) throws(SwarmError) -> StagingFolder {
    try FileSystem.makeFolders(place)
    let isShared = try RootSettings.read(ofStaging: place)?.locks == .leases
    let mark = isShared ? "-" + StagingSign.machine(of: place) : ""
    var attempts = 0
    while true {
      attempts += 1
      let path = "\(place)/\(newName())\(mark)"
      do throws(SwarmError) {
        try FileSystem.makeFolder(path)
      } catch {
        // Swept between being made and getting its mode; some places, such as /proc, never make one.
        if attempts < maximumAttempts, error.isMissing, try FileSystem.status(path) == nil,
          try FileSystem.status(place) != nil
        {
          continue
        }
        throw error
      }
      // A sweeper that saw the folder before its lock has it, or has removed it: then another name.
      guard let lock = try OpenFolder.at(path), try lock.lock(),
        let found = try FileSystem.status(path), try found.isSame(as: lock.status())
      else { continue }
      let sign = isShared ? try StagingSign(SwarmLayout.sign(in: path)) : nil
      return StagingFolder(path: path, lock: lock, sign: sign)
    }
  }

  // MARK: Names

  /// The process's id, and something that no other folder of it has.
  private static func newName() -> String {
    "\(ProcessTree.current)-\(String(UInt64.random(in: .min ... .max), radix: 16))"
  }

  /// Whether a name has the form that ``newName()`` gives, with or without a machine: nothing else is
  /// ever swept.
  static func isName(_ name: FilePath) -> Bool {
    let parts = parts(name)
    guard (2...3).contains(parts.count), (1...10).contains(parts[0].count) else { return false }
    return parts[0].allSatisfy { (0x30...0x39).contains($0) }
      && parts[1...].allSatisfy { part in
        (1...16).contains(part.count)
          && part.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      }
  }

  /// The machine that a name tells of, or `nil`.
  private static func machine(_ name: FilePath) -> String? {
    let parts = parts(name)
    return parts.count == 3 ? String(decoding: parts[2], as: UTF8.self) : nil
  }

  private static func parts(_ name: FilePath) -> [ArraySlice<UInt8>] {
    name.bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
  }

  // MARK: Sweeping

  /// The folders of operations in one place: reached without following a link, and ours.
  private struct Found {
    let place: OpenFolder
    let names: [FilePath]

    /// Looks into a place; `nil` where there is none, or a link, or nothing may be read.
    init?(_ place: OpenFolder?) {
      guard let place, let owner = try? place.status().owner,
        let names = try? place.names()
      else { return nil }
      self.place = place
      // As root in somebody else's root: what root makes there is given to that user.
      let owners = Ownership.user == 0 ? [0, owner] : [Ownership.user]
      self.names = names.filter { name in
        guard StagingFolder.isName(name), let status = try? place.status(name) else { return false }
        return status.kind == .folder && owners.contains(status.owner)
      }
    }

    /// A folder that no living operation holds, locked; `nil` where it is in use or gone.
    func claim(_ name: FilePath) -> OpenFolder? {
      if let machine = StagingFolder.machine(name), machine != StagingSign.machine(of: place.path),
        !StagingSign.isOld(name, in: place)
      {
        return nil
      }
      // The agent of a dead run may have taken the permissions away.
      if let status = try? place.status(name), status.permissions & 0o700 != 0o700 {
        place.makeUsable(name)
      }
      guard let folder = try? place.folder(name), (try? folder.lock()) == true,
        let found = try? place.status(name), let held = try? folder.status(), found.isSame(as: held)
      else { return nil }
      return folder
    }
  }

  /// The places of a root's operations, as far as they are there.
  private static func found(_ layout: SwarmLayout) -> [Found] {
    let root = try? OpenFolder.at(layout.root, followLinks: true)
    let state = try? root?.folder(FilePath(layout.state).name)
    let staging = try? state?.folder(FilePath(layout.staging).name)
    return ([staging] + VolatileStaging.folders(of: layout).map { try? OpenFolder.at($0) })
      .compactMap { Found($0) }
  }

  /// Removes the folders of operations that are dead, never those of living ones.
  ///
  /// No link is followed, neither in the root nor in what is removed. What cannot be removed now is
  /// no reason to fail: something that the dead operation started may still be writing there, and the
  /// next sweep tries again.
  ///
  /// - Parameter layout: The root.
  /// - Returns: How many were removed.
  @discardableResult
  static func sweep(_ layout: SwarmLayout) -> Int {
    VolatileStaging.sweepLostRoots()
    return found(layout).reduce(0) { $0 + sweep($1) }
  }

  /// ``sweep(_:)`` for one place.
  @discardableResult
  static func sweep(_ place: String) -> Int {
    Found(try? OpenFolder.at(place)).map { sweep($0) } ?? 0
  }

  private static func sweep(_ found: Found) -> Int {
    found.names.count { name in
      guard let claimed = found.claim(name) else { return false }
      // Held until it is gone.
      return withExtendedLifetime(claimed) { (try? found.place.remove(name)) != nil }
    }
  }

  /// How many folders dead operations have left.
  ///
  /// - Parameter layout: The root.
  static func countDead(_ layout: SwarmLayout) -> Int {
    found(layout).reduce(0) { sum, found in
      sum + found.names.count { found.claim($0) != nil }
    }
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
    // The folders from a copy's root down to what goes.
    let copies = SwarmLayout(root: "")
    let path = namespace.map { copies.memory(swarm, $0) } ?? copies.swarm(swarm)
    let names = path.split(separator: "/").map { FilePath(String($0)) }
    guard let last = names.last else { return }
    for place in found(layout) {
      for name in place.names {
        guard let operation = try? place.place.folder(name) else { continue }
        for child in (try? operation.names()) ?? [] {
          var folder = try? operation.folder(child)
          for name in names.dropLast() { folder = try? folder?.folder(name) }
          try? folder?.remove(last)
        }
      }
    }
  }

  /// Where the operations of a root have their folders.
  static func folders(_ layout: SwarmLayout) -> [String] {
    [layout.staging] + VolatileStaging.folders(of: layout)
  }

  /// Removes the folder with everything in it.
  func remove() throws(SwarmError) {
    isRemoved = true
    sign?.end()
    try FolderTree.remove(path)
  }

  deinit {
    if !isRemoved { try? remove() }
  }
}
