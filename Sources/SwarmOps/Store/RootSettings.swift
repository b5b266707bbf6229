/// What holds for a whole root, written in it once and read by every process.
package struct RootSettings: Sendable, Equatable {
  /// How processes exclude each other.
  package enum Locks: String, Sendable {
    /// Locks of the kernel: for a root that one machine uses.
    case kernel
    /// Leases, which hold between machines that share the root on SMB or NFS.
    case leases
  }

  /// How processes exclude each other.
  package var locks = Locks.kernel

  /// Reads the settings of a root; one without any is used by one machine.
  ///
  /// - Throws: ``SwarmError/Code/setup`` for settings that cannot be read: a guess could let two
  ///   machines in at once.
  static func read(_ layout: SwarmLayout) throws(SwarmError) -> RootSettings {
    try read(layout.settings)
  }

  /// ``read(_:)`` of the root that a folder for operations belongs to; `nil` for a folder elsewhere.
  static func read(ofStaging place: String) throws(SwarmError) -> RootSettings? {
    guard let path = SwarmLayout.settings(ofStaging: place) else { return nil }
    return try read(path)
  }

  private static func read(_ path: String) throws(SwarmError) -> RootSettings {
    guard let bytes = try FileSystem.readIfPresent(path, limit: 1 << 16, followLinks: false) else {
      return RootSettings()
    }
    guard let fields = (try? JSONValue.parse(bytes))?.object,
      let locks = fields["locks"]?.string.flatMap(Locks.init(rawValue:))
    else {
      throw SwarmError(
        .setup, "\(path) does not say how this root is locked",
        hint: "it holds {\"locks\": \"kernel\"} or {\"locks\": \"leases\"}", path: path)
    }
    var settings = RootSettings()
    settings.locks = locks
    return settings
  }

  /// Whether several machines share a root.
  static func isShared(_ layout: SwarmLayout) throws(SwarmError) -> Bool {
    try read(layout).locks == .leases
  }

  /// The settings as a file.
  private var bytes: [UInt8] {
    let object: JSONObject = ["schema": "swarmctl-root/1", "locks": .string(locks.rawValue)]
    return JSONValue.object(object).serialized() + [UInt8(ascii: "\n")]
  }

  /// Writes the settings into the root, whole and on disk.
  fileprivate func write(_ layout: SwarmLayout) throws(SwarmError) {
    let staging = try StagingFolder.make(in: layout.staging)
    let file = staging.path + "/settings"
    try FileSystem.create(file, bytes, sync: true)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.replace(layout.settings, with: file, keeping: staging.path + "/previous")
    }
    try? staging.remove()
  }
}

extension SwarmStore {
  /// How the root is locked.
  ///
  /// - Throws: ``SwarmError/Code/setup`` for settings that cannot be read.
  package func settings() throws(SwarmError) -> RootSettings { try RootSettings.read(layout) }

  /// Changes how the root is locked, while nothing else uses it.
  ///
  /// - Parameters:
  ///   - locks: How processes are to exclude each other.
  ///   - options: How the swarms' locks are waited for.
  /// - Returns: Whether that is a change.
  /// - Throws: ``SwarmError/Code/busy`` where a swarm is in use, ``SwarmError/Code/io``.
  package func setLocks(_ locks: RootSettings.Locks, _ options: LockOptions) throws(SwarmError)
    -> Bool
  {
    try checkRoot()
    var settings = try settings()
    guard settings.locks != locks else { return false }
    try FileSystem.makeFolders(layout.swarms)
    // Whoever works on a swarm holds its lock, so with all of them nobody works on the root.
    var held: [StoreLock] = []
    defer { for lock in held { lock.release() } }
    for swarm in try folderNames().guids {
      held.append(try StoreLocks(layout).swarm(swarm, .exclusive, options))
    }
    settings.locks = locks
    try settings.write(layout)
    return true
  }
}
