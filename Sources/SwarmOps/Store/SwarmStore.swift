/// The swarms below one root: listing them, finding one by what a person calls it.
public struct SwarmStore: Sendable {
  /// Where everything is.
  package let layout: SwarmLayout

  /// Opens a root; touches nothing.
  ///
  /// - Parameter root: An absolute path; need not exist yet.
  public init(root: String) { layout = SwarmLayout(root: root) }

  private init(layout: SwarmLayout) { self.layout = layout }

  /// The same root with a snapshot in the place of its swarm.
  ///
  /// What reads a swarm then reads the snapshot; what would change it is refused.
  ///
  /// - Parameter snapshot: The snapshot.
  /// - Returns: The view.
  /// - Throws: ``SwarmError/Code/badData`` for a damaged snapshot.
  package func seeing(_ snapshot: SwarmSnapshot) throws(SwarmError) -> SwarmStore {
    SwarmStore(layout: layout.seeing(try snapshot.view()))
  }

  /// A folder among the swarms that is none.
  public struct StrangeFolder: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// What is wrong with it.
    public let damage: String
  }

  /// Everything that is below `swarms/`.
  public struct Listing: Sendable {
    /// The swarms, damaged ones too, by name and then by GUID.
    public var swarms: [SwarmSummary] = []
    /// What is there and has no GUID for a name.
    public var strange: [StrangeFolder] = []
  }

  /// The GUIDs and other names below `swarms/`.
  ///
  /// - Throws: ``SwarmError/Code/setup`` where the root is there and cannot be read.
  func folderNames() throws(SwarmError) -> (guids: [GUID], others: [String]) {
    guard let names = try names() else { return ([], []) }
    var guids: [GUID] = []
    var others: [String] = []
    for name in names where !name.hasPrefix(SwarmLayout.formerSwitchPrefix) {
      if let guid = GUID(lowercase: name) {
        guids.append(guid)
      } else {
        others.append(name)
      }
    }
    return (guids.sorted(), others.sorted())
  }

  private func names() throws(SwarmError) -> [String]? {
    try checkRoot()
    guard try FileSystem.status(layout.swarms) != nil else { return nil }
    guard let status = FileSystem.statusFollowingLinks(layout.swarms) else {
      throw SwarmError(
        .setup, "\(layout.swarms) is a symbolic link that leads nowhere",
        hint: .either(["make the folder that it names", .use(.root, to: "name another root")]),
        path: layout.swarms)
    }
    guard status.kind == .folder else {
      throw SwarmError(.setup, "\(layout.swarms) is not a folder", path: layout.swarms)
    }
    do throws(SwarmError) {
      return try FileSystem.list(layout.swarms)
    } catch {
      throw RootCheck(layout: layout).unreadable(error)
    }
  }

  /// Whether there is something at the root's path.
  package var rootExists: Bool { FileSystem.statusFollowingLinks(layout.root) != nil }

  /// Refuses a root that cannot be one; a root that does not exist yet is fine.
  ///
  /// - Throws: ``SwarmError/Code/setup``.
  package func checkRoot() throws(SwarmError) { try RootCheck(layout: layout).check() }

  /// Reads one swarm's manifest.
  ///
  /// A swarm to which another program gave no name goes by its GUID, as in ``list()``.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/noSuchSwarm``, or ``SwarmError/Code/badData`` for a damaged one.
  package func manifest(_ swarm: GUID) throws(SwarmError) -> SwarmManifest {
    do throws(SwarmError) {
      var manifest = try SwarmManifest.read(layout.manifest(swarm))
      if manifest.name.isEmpty { manifest.fields["name"] = .string("\(swarm)") }
      return manifest
    } catch {
      guard error.code == .badData else { throw error }
      guard try FileSystem.status(layout.swarm(swarm)) != nil else { throw noSuch(swarm) }
      throw SwarmError(
        .badData, "swarm \(swarm) is damaged: \(error.message)",
        hint: .deployAgain(swarm), path: error.path)
    }
  }

  /// The error for a swarm that is not there.
  private func noSuch(_ swarm: GUID) -> SwarmError {
    SwarmError(
      .noSuchSwarm, "there is no swarm \(swarm)", hint: .run(.list, "shows what there is"))
  }

  /// The name of the network file system that holds the root, or `nil` for a local one.
  package var networkFileSystem: String? { PlatformCalls.networkFileSystem(of: layout.root) }

  /// What there is, from the index where it is still true.
  ///
  /// - Throws: ``SwarmError/Code/setup`` where the root cannot be read.
  public func list() throws(SwarmError) -> Listing {
    let (guids, others) = try folderNames()
    var listing = Listing()
    listing.swarms = SwarmIndex(layout: layout).summaries(of: guids)
    listing.swarms.sort { ($0.name, $0.guid) < ($1.name, $1.guid) }
    listing.strange = others.map { name in
      StrangeFolder(name: name, damage: "its name is no GUID in lower case")
    }
    return listing
  }

  /// What is remembered of the swarms, for answers that must be quick and write nothing.
  ///
  /// Swarms that are gone are left out; the names of those that other programs changed meanwhile
  /// may be old, and swarms that nobody has listed yet are missing.
  package var rememberedSwarms: [SwarmSummary] {
    guard let (guids, _) = try? folderNames() else { return [] }
    return SwarmIndex(layout: layout).remembered(of: guids)
  }

  // MARK: Finding

  /// Finds the swarm that a person means.
  ///
  /// - Parameters:
  ///   - reference: A GUID, a unique prefix of one of four characters or more, or a unique name.
  ///   - allowsPrefix: Whether a prefix will do; never where something is destroyed.
  /// - Returns: The swarm, which exists.
  /// - Throws: ``SwarmError/Code/noSuchSwarm`` or ``SwarmError/Code/ambiguous``, with candidates.
  public func resolve(_ reference: String, allowsPrefix: Bool = true) throws(SwarmError) -> GUID {
    do throws(SwarmError) {
      return try find(reference, allowsPrefix: allowsPrefix)
    } catch {
      guard error.code == .noSuchSwarm, let (swarm, snapshot) = Self.parts(reference),
        (try? find(swarm, allowsPrefix: allowsPrefix)) != nil
      else { throw error }
      throw SwarmError(
        .snapshot, "\(reference.shortened) is a snapshot: it is only read; nothing was changed",
        hint: "name the swarm itself: \(swarm), without @\(snapshot)")
    }
  }

  /// A swarm, or a snapshot of one, as a person names it where it is only read.
  package struct Target: Sendable {
    /// The root, with the snapshot in the place of its swarm where one was named.
    package let store: SwarmStore
    /// The swarm.
    package let swarm: GUID
    /// The snapshot, or `nil` for the swarm itself.
    package let snapshot: SwarmSnapshot?
  }

  /// Finds what a person means by `<swarm>` or `<swarm>@<snapshot>`.
  ///
  /// - Parameter reference: A swarm as ``resolve(_:allowsPrefix:)`` takes it, and after an `@` the
  ///   name, the beginning of the name, or the label of one of its snapshots.
  /// - Returns: The swarm or snapshot, which exists.
  /// - Throws: What ``resolve(_:allowsPrefix:)`` throws; ``SwarmError/Code/noSuchSnapshot``,
  ///   ``SwarmError/Code/ambiguous`` and, for a damaged snapshot, ``SwarmError/Code/badData``.
  package func open(_ reference: String) throws(SwarmError) -> Target {
    do throws(SwarmError) {
      return Target(store: self, swarm: try find(reference, allowsPrefix: true), snapshot: nil)
    } catch {
      guard error.code == .noSuchSwarm, let (word, name) = Self.parts(reference),
        let swarm = try? find(word, allowsPrefix: true)
      else { throw error }
      let snapshot = try SwarmSnapshot.find(name, of: swarm, layout: layout)
      return Target(store: try seeing(snapshot), swarm: swarm, snapshot: snapshot)
    }
  }

  /// Finds a snapshot that is to be changed, by `<swarm>@<snapshot>`.
  ///
  /// - Parameter reference: The swarm's GUID in full or its name, and after an `@` the snapshot's
  ///   name in full or its label.
  /// - Returns: The snapshot, damaged or not.
  /// - Throws: As ``open(_:)``; ``SwarmError/Code/usage`` without an `@`.
  package func resolveSnapshot(_ reference: String) throws(SwarmError) -> SwarmSnapshot {
    guard let (word, name) = Self.parts(reference) else {
      let swarm = try resolve(reference, allowsPrefix: false)
      throw SwarmError(
        .usage, "\(reference.shortened) names a swarm and no snapshot of it",
        hint: .all([
          "write <swarm>@<snapshot>", .run(.snapshots("\(swarm)"), "shows what there is"),
        ]))
    }
    let swarm = try find(word, allowsPrefix: false)
    return try SwarmSnapshot.find(name, of: swarm, allowsPrefix: false, layout: layout)
  }

  /// Finds the swarm of a snapshot that is to be made, by `<swarm>` or `<swarm>@<label>`.
  ///
  /// - Parameter reference: A swarm as ``resolve(_:allowsPrefix:)`` takes it, with or without a label.
  /// - Returns: The swarm, and the label where one was given.
  /// - Throws: What ``resolve(_:allowsPrefix:)`` throws.
  package func resolveWithLabel(_ reference: String) throws(SwarmError) -> (GUID, label: String?) {
    do throws(SwarmError) {
      return (try find(reference, allowsPrefix: true), nil)
    } catch {
      guard error.code == .noSuchSwarm, let (word, label) = Self.parts(reference),
        let swarm = try? find(word, allowsPrefix: true)
      else { throw error }
      return (swarm, label)
    }
  }

  /// The two sides of the last `@`.
  private static func parts(_ reference: String) -> (swarm: String, snapshot: String)? {
    guard let sign = reference.lastIndex(of: "@") else { return nil }
    return (String(reference[..<sign]), String(reference[reference.index(after: sign)...]))
  }

  private func find(_ reference: String, allowsPrefix: Bool) throws(SwarmError) -> GUID {
    try SwarmFinder(store: self, allowsPrefix: allowsPrefix).find(reference)
  }

  /// Swarms that fit one name, each with what tells it from the others.
  func candidates(_ swarms: [GUID]) -> [String] {
    SwarmFinder(store: self, allowsPrefix: false).candidates(swarms)
  }

  /// The swarms of a name, for a deploy that names none by GUID.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - remembers: Whether the index may be written.
  func swarms(named name: String, remembers: Bool = true) throws(SwarmError) -> [GUID] {
    let (guids, _) = try folderNames()
    return SwarmIndex(layout: layout, remembers: remembers).summaries(of: guids)
      .filter { $0.damage == nil && $0.name == name }.map(\.guid)
  }
}
