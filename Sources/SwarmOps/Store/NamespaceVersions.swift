/// The earlier versions of one namespace, at most twenty of them and 16 MiB.
///
/// They lie under our own state. A version is a second name of the file that a change replaces, so
/// nothing is copied where the file system gives second names; the name says number, time, bytes,
/// what the change left, and who made it, so that nothing but the folder need be read.
struct NamespaceVersions {
  /// How many are kept.
  static let mostVersions = 20
  /// How many bytes are kept in all of them.
  static let mostBytes = 16 << 20
  /// In a version of several files, the folder of those that were replaced.
  private static let before = "before"
  /// In a version of several files, the names of those that were added.
  private static let addedName = "added"

  let layout: SwarmLayout
  let swarm: GUID
  let namespace: Namespace
  private var place: String { layout.versions(swarm, namespace) }
  private var folder: String { layout.memory(swarm, namespace) }

  init(layout: SwarmLayout, swarm: GUID, namespace: Namespace) {
    self.layout = layout.live
    self.swarm = swarm
    self.namespace = namespace
  }

  // MARK: Reading

  /// The versions, the latest first.
  func all() throws(SwarmError) -> [EarlierVersion] {
    var versions = try names()
    // One that was kept for a change that never came about is the memory itself.
    while let latest = versions.first, try isStillInPlace(latest) { versions.removeFirst() }
    return versions
  }

  private func names() throws(SwarmError) -> [EarlierVersion] {
    try FileSystem.names(in: place) { $0.first != UInt8(ascii: ".") }
      .compactMap { EarlierVersion(name: $0, in: place) }.sorted { $0.number > $1.number }
  }

  private func isStillInPlace(_ version: EarlierVersion) throws(SwarmError) -> Bool {
    for (name, path) in try files(of: version) {
      guard let kept = try FileSystem.status(path) else { return true }
      let now = try FileSystem.status(FilePath(folder) / name)
      return now?.inode == kept.inode && now?.device == kept.device
    }
    return false
  }

  /// What a change replaced: the names in the namespace and where they are kept.
  private func files(of version: EarlierVersion) throws(SwarmError) -> [(
    name: FilePath, path: FilePath
  )] {
    switch version.kind {
    case .none: return []
    case .file: return [(FilePath(SwarmLayout.memoryName), FilePath(version.path))]
    case .set:
      let place = version.path + "/" + Self.before
      guard try FileSystem.status(place) != nil else { return [] }
      return try FolderTree.entries(of: place).filter { $0.status.kind == .file }
        .map { ($0.path, FilePath(place) / $0.path) }
    }
  }

  /// The files that a change added.
  private func added(by version: EarlierVersion) throws(SwarmError) -> [FilePath] {
    switch version.kind {
    case .none: return [FilePath(SwarmLayout.memoryName)]
    case .file: return []
    case .set:
      let bytes = try FileSystem.readIfPresent(version.path + "/" + Self.addedName)
      return (bytes ?? []).split(separator: 0).map { FilePath(bytes: $0) }.filter(Self.isInside)
    }
  }

  /// Whether a path stays in the namespace's folder.
  private static func isInside(_ path: FilePath) -> Bool {
    let parts = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !parts.contains {
      $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8)
    }
  }

  /// Which files of the namespace were others at a version: where they are kept, or `nil` for those
  /// that were not there; every other file is as it was.
  ///
  /// - Parameter number: The version.
  /// - Throws: ``SwarmError/Code/noSuchVersion``.
  func state(at number: Int) throws(SwarmError) -> [FilePath: FilePath?] {
    let versions = try all()
    guard versions.contains(where: { $0.number == number }) else { throw missing(number, versions) }
    var state: [FilePath: FilePath?] = [:]
    // From the latest back: each change is taken back in turn.
    for version in versions where version.number >= number {
      for name in try added(by: version) { state.updateValue(nil, forKey: name) }
      for (name, path) in try files(of: version) { state.updateValue(path, forKey: name) }
    }
    return state
  }

  /// The error for a version that is not there.
  func missing(_ number: Int?, _ versions: [EarlierVersion]) -> SwarmError {
    let whose = namespace.user.map { "user \($0)" } ?? "shared"
    let latest = versions.first?.number ?? 0
    return SwarmError(
      .noSuchVersion,
      number.map {
        $0 <= latest && $0 > 0
          ? "version \($0) of the memory of \(whose) is not kept any more"
          : "there is no version \($0) of the memory of \(whose)"
      } ?? "there is no earlier version of the memory of \(whose) in swarm \(swarm)",
      hint: versions.isEmpty
        ? "a version is kept with each change from now on"
        : .run(.versions("\(swarm)"), "with the same user shows what there is"),
      available: versions.map { "\($0.number)" })
  }

  // MARK: Keeping

  /// What a change is about to do.
  struct Change {
    /// The files that are replaced or removed.
    var replaced: [FilePath] = []
    /// The files that are added.
    var added: [FilePath] = []
    /// Bytes of the replaced ones.
    var bytes = 0
    /// `memory.json` as the change leaves it.
    var left: FileStatus?
    /// What makes it.
    var by: String
  }

  /// A version that was kept for a change that is about to be made.
  struct Kept {
    fileprivate var version: EarlierVersion?
    fileprivate var others: [EarlierVersion] = []
    /// Why the version could not be kept, for a person; the change is made all the same.
    fileprivate(set) var warning: String?

    /// The version's number, where one was kept.
    var number: Int? { version?.number }

    /// Takes the version back: the change was not made.
    func discard() {
      if let version { try? FolderTree.remove(version.path) }
    }

    /// Drops what is too old or too much by now: the change was made.
    ///
    /// - Parameter left: The memory as the change left it, where that was not known before.
    func finish(leaving left: MemoryMark? = nil) {
      guard let version else { return }
      if let left, left != version.left {
        try? FileChanges.replaceCache(version.path(leaving: left), with: version.path)
      }
      var (count, bytes) = (1, version.bytes)
      for other in others {
        count += 1
        bytes = bytes &+ other.bytes
        if count > mostVersions || bytes > mostBytes { try? FolderTree.remove(other.path) }
      }
    }
  }

  /// Keeps what a change replaces; to be called with the namespace locked, before the change.
  ///
  /// Never fails: a change is worth more than its way back.
  func keep(_ change: Change) -> Kept {
    var kept = Kept()
    if change.replaced.isEmpty && change.added.isEmpty { return kept }
    do throws(SwarmError) {
      var others = try names()
      while let latest = others.first, try isStillInPlace(latest) {
        try FolderTree.remove(latest.path)
        others.removeFirst()
      }
      kept.others = others
      guard change.bytes <= Self.mostBytes else { return kept }
      let isMemoryAlone = change.replaced + change.added == [FilePath(SwarmLayout.memoryName)]
      let kind: EarlierVersion.Kind =
        !isMemoryAlone ? .set : change.replaced.isEmpty ? .none : .file
      let version = EarlierVersion(
        number: (others.first?.number ?? 0) &+ 1, bytes: change.bytes, by: change.by,
        left: MemoryMark(change.left), kind: kind, in: place)
      try write(version, change)
      if ProcessOwner.isRoot { try? Ownership.set(of: version.path, asOf: folder) }
      kept.version = version
    } catch {
      kept.warning =
        "what the memory was before this change could not be kept: \(error.message)"
        + (error.underlying.map { " (\($0))" } ?? "")
    }
    return kept
  }

  private func write(_ version: EarlierVersion, _ change: Change) throws(SwarmError) {
    switch version.kind {
    case .file: try keepFile(FilePath(SwarmLayout.memoryName), as: FilePath(version.path))
    case .none:
      try FileSystem.makeFolders(place)
      try FileSystem.create(version.path, [], sync: false)
    case .set:
      let before = version.path + "/" + Self.before
      do throws(SwarmError) {
        try FileSystem.makeFolders(before)
        for name in change.replaced {
          let target = FilePath(before) / name
          if let parent = target.folder { try FileSystem.makeFolders(parent) }
          try keepFile(name, as: target)
        }
        // Names end with a byte that none holds.
        let added: [UInt8] = change.added.flatMap { (path: FilePath) -> [UInt8] in path.bytes + [0]
        }
        try FileSystem.create(version.path + "/" + Self.addedName, added, sync: false)
      } catch {
        try? FolderTree.remove(version.path)
        throw error
      }
    }
  }

  private func keepFile(_ name: FilePath, as target: FilePath) throws(SwarmError) {
    let source = FilePath(folder) / name
    if FileChanges.addName(source, target) { return }
    try FileSystem.makeFolders(place)
    if FileChanges.addName(source, target) { return }
    // A file system without second names.
    try FileCopy.make(of: source, at: target, keepsTime: true)
  }
}
