extension Finding.Code {
  /// Something below the root belongs to another user.
  package static let otherOwner = Self(rawValue: "other_owner")
  /// Other users of the machine can read something below the root.
  package static let readableByOthers = Self(rawValue: "readable_by_others")
  /// Something below the root lacks permissions that its owner needs.
  package static let missingPermission = Self(rawValue: "missing_permission")
}

/// Whose the files and folders of the layout are, and who may use them.
///
/// What is in the root and not of the layout is nobody's business here.
enum PermissionChecks {
  static let all: [DoctorCheck] = [permissions]

  @Sendable
  private static func permissions(_ examination: Examination) -> CheckResult {
    // SMB has the modes that the mount says, whatever is set.
    if PlatformCalls.networkFileSystem(of: examination.layout.root) == "SMB" {
      return CheckResult()
    }
    // Once for all of them: there may be a million files.
    let survey = PermissionSurvey(examination)
    var result = CheckResult()
    others(survey.open, &result)
    missing(survey.locked, &result)
    owners(survey.foreign, examination.layout, &result)
    return result
  }

  private static func owners(
    _ foreign: [FilePath], _ layout: SwarmLayout, _ result: inout CheckResult
  ) {
    guard let first = foreign.first else { return }
    let count = foreign.count
    // Only root can give files away, and it gives them to whoever has the root.
    let fix: (() throws(SwarmError) -> String)? =
      Ownership.user != 0
      ? nil
      : { () throws(SwarmError) in
        for path in foreign { try Ownership.set(of: path, asOf: layout.root) }
        return "gave \(count.counted("file or folder")) to the owner of the root"
      }
    result.find(
      .otherOwner, .error,
      count.counted("file or folder") + (count == 1 ? " belongs" : " belong")
        + " to another user than the root" + (Ownership.user == 0 ? "" : " or you"),
      path: first.text,
      advice: .run(
        .fix, "as root gives " + (count == 1 ? "it" : "them") + " to the owner of the root"),
      fix: fix)
  }

  private static func others(_ open: [PermissionSurvey.Entry], _ result: inout CheckResult) {
    guard let first = open.first else { return }
    result.find(
      .readableByOthers, .warning,
      "other users of this machine can reach " + open.count.counted("file or folder"),
      path: first.path.text, advice: .run(.fix, "makes them private")
    ) { () throws(SwarmError) in
      for entry in open {
        try FileSystem.setMode(entry.path, FileMode(entry.status.permissions & 0o700))
      }
      return "took other users' permissions from \(open.count.counted("file or folder"))"
    }
  }

  private static func missing(_ locked: [PermissionSurvey.Entry], _ result: inout CheckResult) {
    guard let first = locked.first else { return }
    result.find(
      .missingPermission, .error,
      locked.count.counted("file or folder") + " cannot be read by the owner",
      path: first.path.text,
      advice: "whoever closed them may have meant it; to open one: chmod u+rwX '\(first.path.text)'"
    )
  }

}

/// Owner and permissions of everything that is of the layout.
struct PermissionSurvey {
  struct Entry {
    let path: FilePath
    let status: FileStatus
  }

  /// What other users may read, write or enter.
  private(set) var open: [Entry] = []
  /// What the owner may not read.
  private(set) var locked: [Entry] = []
  /// What belongs to another user.
  private(set) var foreign: [FilePath] = []
  /// Whose everything is: root works for the owner of the root.
  private let owner: UInt32

  init(_ examination: Examination) {
    let layout = examination.layout
    owner =
      Ownership.user == 0
      ? FileSystem.statusFollowingLinks(layout.root)?.owner ?? 0 : Ownership.user
    if examination.swarm == nil {
      // The root and its `swarms` may be links.
      for folder in [layout.root, layout.swarms] {
        if let status = FileSystem.statusFollowingLinks(folder) { note(FilePath(folder), status) }
      }
      let state = FilePath(layout.state)
      if let status = try? FileSystem.status(state) { note(state, status) }
      for name in (try? FileSystem.names(in: state)) ?? [] {
        // Earlier versions may be second names of what is sealed.
        look(below: state / name, isReadOnly: (state / name) == layout.versions)
      }
    }
    for swarm in examination.swarms {
      let folder = FilePath(layout.swarm(swarm))
      guard let status = try? FileSystem.status(folder) else { continue }
      note(folder, status)
      let isSealed =
        Self.isSealed(layout.manifest(swarm))
        || (try? FileSystem.status(layout.sealMark(swarm))) != nil
      for path in [layout.manifest(swarm), layout.agents(swarm), layout.deploys(swarm)] {
        look(below: FilePath(path))
      }
      // What is sealed is 0444 and 0555 by the layout, behind a folder that is closed to others.
      look(below: FilePath(layout.memory(swarm)), isReadOnly: isSealed)
      look(below: FilePath(layout.snapshots(swarm)), isReadOnly: true)
    }
  }

  private static func isSealed(_ manifest: String) -> Bool {
    guard let bytes = try? FileSystem.read(manifest, followLinks: false),
      let status = (try? JSONValue.parse(bytes))?["sealing"]?["status"]?.string
    else { return false }
    return status == "sealed" || status == "eternal"
  }

  /// Looks at a file or folder and everything below it; links are not followed.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - isReadOnly: Whether it is one of those that the layout closes to writers and leaves readable.
  private mutating func look(below path: FilePath, isReadOnly: Bool = false) {
    guard let status = try? FileSystem.status(path) else { return }
    note(path, status, isReadOnly: isReadOnly)
    guard status.kind == .folder else { return }
    for name in (try? FileSystem.names(in: path)) ?? [] {
      look(below: path / name, isReadOnly: isReadOnly)
    }
  }

  private mutating func note(_ path: FilePath, _ status: FileStatus, isReadOnly: Bool = false) {
    guard status.kind == .file || status.kind == .folder else { return }
    if status.owner != owner {
      foreign.append(path)
      return
    }
    let allowed: UInt16 = isReadOnly ? 0o755 : 0o700
    if status.permissions & 0o777 & ~allowed != 0 {
      open.append(Entry(path: path, status: status))
    }
    let needed: UInt16 = status.kind == .folder ? 0o500 : 0o400
    if status.permissions & needed != needed { locked.append(Entry(path: path, status: status)) }
  }
}
