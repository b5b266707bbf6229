extension Finding.Code {
  /// What an operation that died left in staging.
  package static let deadStaging = Self(rawValue: "dead_staging")
  /// Memory that a run could not commit, or that was torn.
  package static let keptMemory = Self(rawValue: "kept_memory")
  /// A cache about a swarm that is gone.
  package static let staleCache = Self(rawValue: "stale_cache")
  /// Our own state is behind a symbolic link.
  package static let stateLink = Self(rawValue: "state_link")
}

/// What is under `.swarmctl/`: locks, staging, caches, what could not be committed.
///
/// It belongs to no swarm, so it is left out where only one is looked at.
enum StateChecks {
  static let all: [DoctorCheck] = [links, staging, leases, kept, caches].map { check in
    { $0.swarm == nil ? check($0) : CheckResult() }
  }

  @Sendable
  private static func links(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    for path in [examination.layout.state, examination.layout.staging]
    where (try? FileSystem.status(path))?.kind == .link {
      result.find(
        .stateLink, .warning, "\(path) is a symbolic link, so nothing is cleared away behind it",
        path: path, advice: "put the folder itself there while nothing runs")
    }
    return result
  }

  @Sendable
  private static func staging(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let layout = examination.layout
    let dead = StagingFolder.countDead(layout)
    if dead > 0 {
      result.find(
        .deadStaging, .note,
        "\(dead.counted("folder")) of operations that died "
          + (dead == 1 ? "is left" : "are left"),
        path: layout.staging,
        advice: .all(["the next deploy or run may remove them", .run(.fix, "does it now")])
      ) {
        let removed = StagingFolder.sweep(layout)
        return "removed \(removed.counted("folder")) of dead operations"
      }
    }
    return result
  }

  /// What was left of leases: a folder of their own for each, empty but for a name.
  @Sendable
  private static func leases(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let place = examination.layout.leases
    let folders =
      [FilePath(place)] + examination.names(place).map { FilePath(place) / FilePath($0) }
    let left = folders.flatMap { folder in
      LeaseFolder.leftDrafts(in: folder).map { folder / $0 }
    }
    if !left.isEmpty {
      result.find(
        .deadStaging, .note,
        left.count.counted("lease") + (left.count == 1 ? " was" : " were")
          + " begun by processes that died",
        path: place, advice: .run(.fix, "removes what is left of them")
      ) {
        for draft in left { LeaseFolder.removeDraft(draft) }
        return "removed what was left of \(left.count.counted("lease"))"
      }
    }
    return result
  }

  @Sendable
  private static func kept(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let (layout, names) = (examination.layout, examination.names)
    for swarm in names(layout.kept) {
      for namespace in names("\(layout.kept)/\(swarm)") {
        let place = "\(layout.kept)/\(swarm)/\(namespace)"
        for name in names(place) {
          let reason = name.split(separator: "-").last.map(String.init) ?? ""
          let why =
            switch reason {
            case "conflict": "an agent's memory that was not committed because of a conflict"
            case "invalid": "an agent's memory that was not committed because it is not JSON"
            case "torn": "a torn memory file, kept when it was salvaged"
            default: "a memory that was not committed"
            }
          result.find(
            .keptMemory, .note, "\(why) is kept for \(namespace) of swarm \(swarm)",
            path: "\(place)/\(name)",
            advice: "compare it with the memory, take over what matters, then delete the folder")
        }
      }
    }
    return result
  }

  @Sendable
  private static func caches(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let (layout, names) = (examination.layout, examination.names)
    let swarms = Set(examination.swarms.map(\.description))
    var stale: [String] = []
    for name in names(layout.cache + "/catalog")
    where !swarms.contains(name.hasSuffix(".json") ? String(name.dropLast(5)) : name) {
      stale.append("\(layout.cache)/catalog/\(name)")
    }
    for name in names(layout.cache + "/code") where !swarms.contains(name) {
      stale.append("\(layout.cache)/code/\(name)")
    }
    guard let first = stale.first else { return result }
    result.find(
      .staleCache, .note,
      "\(stale.count.counted("cache")) of swarms that are gone "
        + (stale.count == 1 ? "is left" : "are left"),
      path: first, advice: .run(.fix, "removes what nobody needs any more")
    ) { () throws(SwarmError) in
      for path in stale { try FolderTree.remove(path) }
      return "removed \(stale.count.counted("cache"))"
    }
    return result
  }
}
