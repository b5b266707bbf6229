/// The swarms below one root: listing them, finding one by what a person calls it.
public struct SwarmStore: Sendable {
  /// Where everything is.
  public let layout: SwarmLayout

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
  public func seeing(_ snapshot: SwarmSnapshot) throws(SwarmError) -> SwarmStore {
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
      if let guid = GUID(name), guid.description == name {
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
      throw unreadable(error)
    }
  }

  /// Whether there is something at the root's path.
  public var rootExists: Bool { FileSystem.statusFollowingLinks(layout.root) != nil }

  /// Refuses a root that cannot be one; a root that does not exist yet is fine.
  ///
  /// - Throws: ``SwarmError/Code/setup``.
  public func checkRoot() throws(SwarmError) {
    let status: FileStatus?
    do throws(SwarmError) {
      status = try FileSystem.status(layout.root)
      // A folder that may not be searched looks like an empty one to everything that comes after.
      if status != nil { _ = try FileSystem.status(layout.swarms) }
    } catch {
      throw unreadable(error)
    }
    guard let status else { return try checkPlaceOfRoot() }
    if status.kind == .folder {
      if FileSystem.statusFollowingLinks(layout.swarms) == nil { try checkNotInsideRoot() }
      return
    }
    guard status.kind == .link else {
      throw SwarmError(
        .setup, "the root \(layout.root) is a file, not a folder",
        hint: .use(.root, to: "name another"), path: layout.root)
    }
    guard FileSystem.statusFollowingLinks(layout.root)?.kind == .folder else {
      throw SwarmError(
        .setup, "the root \(layout.root) is a symbolic link that leads to no folder",
        hint: .either(["make the folder that it names", .use(.root, to: "name another")]),
        path: layout.root)
    }
  }

  /// Refuses a new root inside another one, where doctor and other programs would trip over it.
  private func checkNotInsideRoot() throws(SwarmError) {
    var place = layout.root[...]
    while let slash = place.lastIndex(of: "/"), slash != place.startIndex {
      place = place[..<slash]
      let outer = SwarmLayout(root: String(place))
      guard FileSystem.statusFollowingLinks(outer.lockFile) != nil else { continue }
      throw SwarmError(
        .setup, "the root \(layout.root) lies inside another root, \(outer.root)",
        hint: .use(.root, to: "name \(outer.root) or another folder"), path: layout.root)
    }
  }

  /// Refuses a root that does not exist and never can, because a file is on the way to it.
  private func checkPlaceOfRoot() throws(SwarmError) {
    try checkNotInsideRoot()
    var place = layout.root[...]
    while let slash = place.lastIndex(of: "/"), slash != place.startIndex {
      place = place[..<slash]
      guard let status = FileSystem.statusFollowingLinks(String(place)) else { continue }
      if status.kind == .folder { return }
      throw SwarmError(
        .setup, "the root \(layout.root) cannot be: \(place) is not a folder",
        hint: .use(.root, to: "name another"), path: layout.root)
    }
  }

  private func unreadable(_ error: SwarmError) -> SwarmError {
    SwarmError(
      .setup, "the root \(layout.root.shortenedPath) cannot be read",
      hint: .either([
        error.hint ?? "check its owner and permissions", .use(.root, to: "name another"),
      ]),
      path: error.path, underlying: error.underlying ?? error.message, errno: error.errno)
  }

  /// Reads one swarm's manifest.
  ///
  /// A swarm to which another program gave no name goes by its GUID, as in ``list()``.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/noSuchSwarm``, or ``SwarmError/Code/badData`` for a damaged one.
  public func manifest(_ swarm: GUID) throws(SwarmError) -> SwarmManifest {
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

  /// The swarm in `lab/` or `lab.SaveMemory`, and what follows it.
  private static func partNamingSwarm(_ reference: String, _ names: [String])
    -> (name: String, rest: String)?
  {
    guard let cut = reference.firstIndex(where: { "./:".contains($0) }) else { return nil }
    let name = String(reference[..<cut])
    guard !name.isEmpty, names.contains(name) else { return nil }
    return (name, String(reference[cut...].dropFirst()))
  }

  /// The name of the network file system that holds the root, or `nil` for a local one.
  public var networkFileSystem: String? { PlatformCalls.networkFileSystem(of: layout.root) }

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
  public var rememberedSwarms: [SwarmSummary] {
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
  public struct Target: Sendable {
    /// The root, with the snapshot in the place of its swarm where one was named.
    public let store: SwarmStore
    /// The swarm.
    public let swarm: GUID
    /// The snapshot, or `nil` for the swarm itself.
    public let snapshot: SwarmSnapshot?
  }

  /// Finds what a person means by `<swarm>` or `<swarm>@<snapshot>`.
  ///
  /// - Parameter reference: A swarm as ``resolve(_:allowsPrefix:)`` takes it, and after an `@` the
  ///   name, the beginning of the name, or the label of one of its snapshots.
  /// - Returns: The swarm or snapshot, which exists.
  /// - Throws: What ``resolve(_:allowsPrefix:)`` throws; ``SwarmError/Code/noSuchSnapshot``,
  ///   ``SwarmError/Code/ambiguous`` and, for a damaged snapshot, ``SwarmError/Code/badData``.
  public func open(_ reference: String) throws(SwarmError) -> Target {
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
  public func resolveSnapshot(_ reference: String) throws(SwarmError) -> SwarmSnapshot {
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
  public func resolveWithLabel(_ reference: String) throws(SwarmError) -> (GUID, label: String?) {
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
    if let guid = GUID(reference) {
      try checkRoot()
      if try FileSystem.status(layout.swarm(guid)) != nil { return guid }
    }
    let index = SwarmIndex(layout: layout)
    let prefix = reference.lowercased()
    let mayBePrefix = allowsPrefix && prefix.utf8.count >= 4
    let found = index.find(reference, allowsPrefix: mayBePrefix, checksAll: !allowsPrefix)
    if let found, found.count == 1 {
      return found[0]
    }
    let (guids, _) = try folderNames()
    let swarms = index.summaries(of: guids)
    let matches = swarms.filter { swarm in
      (swarm.damage == nil && swarm.name == reference)
        || (mayBePrefix && swarm.guid.description.hasPrefix(prefix))
    }
    if matches.count == 1 { return matches[0].guid }
    if !matches.isEmpty {
      throw SwarmError(
        .ambiguous, "\"\(reference.shortened)\" fits \(matches.count) swarms",
        hint: "use the GUID of one of them",
        available: matches.map(candidate))
    }
    let begun = swarms.first { swarm in
      !allowsPrefix && prefix.utf8.count >= 4 && swarm.guid.description.hasPrefix(prefix)
    }
    let close = Suggestion.closest(to: reference, among: swarms.map(\.name).filter { !$0.isEmpty })
    let damaged = swarms.filter { $0.damage != nil }.map(\.guid.description)
    let hint: Hint
    if let begun {
      hint = "nothing is destroyed by a prefix: give \(begun.guid) in full, or the name"
    } else if let part = Self.partNamingSwarm(reference, swarms.map(\.name)) {
      hint =
        part.rest.isEmpty
        ? .didYouMean(part.name)
        : .run(.call(part.name, agent: part.rest), "calls an agent of that swarm")
    } else if let close {
      hint = .didYouMean(close)
    } else if !damaged.isEmpty {
      let more = damaged.count > 3 ? " and \(damaged.count - 3) more" : ""
      hint = "damaged swarms have no name: \(damaged.prefix(3).joined(separator: ", "))\(more)"
    } else if swarms.isEmpty {
      hint = .all([
        "there are no swarms yet",
        .either([.run(.deploy, "makes one"), .run(.quickstart, "shows one at work")]),
      ])
    } else {
      hint = .run(.list, "shows what there is")
    }
    throw SwarmError(
      .noSuchSwarm, "there is no swarm \"\(reference.shortened)\" in \(layout.root)", hint: hint)
  }

  /// Swarms that fit one name, each with what tells it from the others.
  func candidates(_ swarms: [GUID]) -> [String] {
    SwarmIndex(layout: layout, remembers: false).summaries(of: swarms).map(candidate)
  }

  /// A swarm among several that fit: what tells it from the others.
  private func candidate(_ swarm: SwarmSummary) -> String {
    var text = "\(swarm.guid) \(swarm.name)"
    if !swarm.createdAt.isEmpty { text += ", made \(swarm.createdAt.shortened)" }
    guard let usage = try? SwarmUsage(of: swarm.guid, layout: layout) else { return text }
    text += ", \(usage.bytes) bytes of memory"
    guard let last = usage.lastUse else { return text }
    return text + ", last used \(Timestamp(seconds: last / 1_000_000_000).iso8601)"
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
