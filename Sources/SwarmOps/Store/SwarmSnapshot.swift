/// A read-only copy of a swarm as it was at one moment, made by any program of this tree.
package struct SwarmSnapshot: Sendable, Equatable {
  /// The swarm.
  package let swarm: GUID
  /// The name of its folder.
  package let name: String
  /// What it was called by whoever made it.
  package let label: String
  /// When it was made, as its metadata says it; empty where it does not.
  package let takenAt: String
  /// The folder.
  package let path: String
  /// Why it cannot be read, or `nil` for a sound one.
  package let damage: String?
  private let manifestName: String

  /// The two forms of a snapshot's metadata; the first is the one that is written here.
  static let metadataName = "snapshot_metadata.json"
  static let sourceManifestName = "source_manifest.json"
  private static let stampName = ".snapshot.json"
  private static let stampSchema = "rapp-snapshot/1.0"
  private static let metadataLimit = 1 << 20

  // MARK: Reading

  /// The snapshots of a swarm, by name; so those of this program stand in the order of time.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Returns: The snapshots, damaged ones too.
  /// - Throws: ``SwarmError/Code/io``.
  package static func all(of swarm: GUID, layout: SwarmLayout) throws(SwarmError) -> [SwarmSnapshot]
  {
    let layout = layout.live
    let place = layout.snapshots(swarm)
    guard try FileSystem.status(place)?.kind == .folder else { return [] }
    var found: [SwarmSnapshot] = []
    for name in try FileSystem.list(place).sorted() {
      // Files and links between them are somebody's notes, not snapshots.
      guard try FileSystem.status(layout.snapshot(swarm, name))?.kind == .folder else { continue }
      found.append(SwarmSnapshot(name, of: swarm, layout: layout))
    }
    return found
  }

  /// Finds the snapshot that a person means.
  ///
  /// - Parameters:
  ///   - word: A name, a label that only one has, or the beginning of a name.
  ///   - swarm: The swarm.
  ///   - allowsPrefix: Whether the beginning of a name will do.
  ///   - layout: The root.
  /// - Returns: The snapshot, damaged or not.
  /// - Throws: ``SwarmError/Code/noSuchSnapshot``, ``SwarmError/Code/ambiguous``.
  static func find(
    _ word: String, of swarm: GUID, allowsPrefix: Bool = true, layout: SwarmLayout
  ) throws(SwarmError) -> SwarmSnapshot {
    let snapshots = try all(of: swarm, layout: layout)
    if let exact = snapshots.first(where: { $0.name == word }) { return exact }
    var fitting = word.isEmpty ? [] : snapshots.filter { $0.label == word }
    if fitting.isEmpty, allowsPrefix, word.utf8.count >= 4 {
      fitting = snapshots.filter { $0.name.hasPrefix(word) }
    }
    if fitting.count == 1 { return fitting[0] }
    guard fitting.isEmpty else {
      throw SwarmError(
        .ambiguous, "\"\(word.shortened)\" fits \(fitting.count) snapshots of swarm \(swarm)",
        hint: "use the name of one of them", available: fitting.map(\.name))
    }
    throw SwarmError(
      .noSuchSnapshot, "there is no snapshot \"\(word.shortened)\" of swarm \(swarm)",
      hint: snapshots.isEmpty
        ? .run(.createSnapshot("\(swarm)"), "makes one; there is none yet")
        : .run(.snapshots("\(swarm)"), "shows what there is"),
      available: snapshots.prefix(20).map(\.name))
  }

  /// What stands in the place of the swarm for readers.
  ///
  /// - Throws: ``SwarmError/Code/badData`` for a damaged snapshot.
  func view() throws(SwarmError) -> SnapshotView {
    if let damage {
      throw SwarmError(
        .badData, "snapshot \(name) of swarm \(swarm) is damaged: \(damage)",
        hint: .either([
          "look into \(path)", .run(.removeSnapshot("\(swarm)@\(name)"), "takes it away"),
        ]), path: path)
    }
    return SnapshotView(swarm: swarm, name: name, manifestName: manifestName)
  }

  private init(_ name: String, of swarm: GUID, layout: SwarmLayout) {
    let path = layout.snapshot(swarm, name)
    var (label, takenAt, damage) = ("", "", String?.none)
    var manifestName = SwarmLayout.manifestName
    if name.contains("\u{FFFD}") {
      damage = "its name is not UTF-8"
    } else if let metadata = Self.document(path + "/" + Self.metadataName) {
      manifestName = Self.sourceManifestName
      label = metadata["snapshot_label"]?.string ?? ""
      takenAt = metadata["snapshot_iso"]?.string ?? ""
      damage = Self.problem(metadata, name, swarm)
    } else if let stamp = Self.document(path + "/" + Self.stampName) {
      label = stamp["snapshot_name"]?.string ?? name
      takenAt = stamp["taken_at"]?.string ?? ""
      damage =
        stamp["schema"]?.string == Self.stampSchema
        ? Self.problem(stamp, name, swarm)
        : "\(Self.stampName) is not of the schema \(Self.stampSchema)"
    } else {
      damage = "it has no metadata that can be read; it may be half a copy"
    }
    if damage == nil,
      FileSystem.statusFollowingLinks(path + "/" + manifestName)?.kind != .file
    {
      damage = "\(manifestName) is missing"
    }
    self.swarm = swarm
    self.name = name
    self.label = label
    self.takenAt = takenAt
    self.path = path
    self.damage = damage
    self.manifestName = manifestName
  }

  /// Whether there is memory of a namespace in it, under any spelling of the name.
  ///
  /// - Parameter namespace: The namespace.
  /// - Returns: Whether there is.
  /// - Throws: ``SwarmError/Code/io``.
  package func holds(_ namespace: Namespace) throws(SwarmError) -> Bool {
    let memory = path + "/" + SwarmLayout.namespacesName
    if try FileSystem.status(memory + "/" + namespace.folderName) != nil { return true }
    guard let user = namespace.user else { return false }
    return try !FileSystem.names(in: memory) { $0.count == 36 }
      .allSatisfy { GUID($0) != user }
  }

  private static func document(_ path: String) -> JSONObject? {
    guard let bytes = try? FileSystem.readIfPresent(path, limit: metadataLimit, followLinks: false)
    else { return nil }
    return try? JSONValue.parse(bytes, options: .allowNonFinite).object
  }

  private static func problem(_ metadata: JSONObject, _ name: String, _ swarm: GUID) -> String? {
    if let text = metadata["swarm_guid"]?.string, GUID(text) != swarm {
      return "its metadata is of another swarm, \(text.shortened)"
    }
    if let text = metadata["snapshot_name"]?.string, text != name {
      return "its metadata is of another snapshot, \(text.shortened)"
    }
    return nil
  }

  // MARK: Names

  /// The label of a snapshot that nobody gave one.
  package static let plainLabel = "snapshot"
  private static let longestLabel = 64

  /// A label as it can stand in a name: letters, digits, `-` and `_`; anything else becomes `_`.
  ///
  /// - Parameter text: What a person calls the snapshot.
  /// - Returns: At most 64 characters, and one at least.
  package static func label(_ text: String) -> String {
    var label = ""
    for scalar in text.unicodeScalars.prefix(longestLabel) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_": label.unicodeScalars.append(scalar)
      default: label += "_"
      }
    }
    return label.isEmpty ? plainLabel : label
  }

  /// The name of a snapshot made at a moment.
  static func name(_ time: Timestamp, label: String) -> String { "\(time.compact)_\(label)" }
}
