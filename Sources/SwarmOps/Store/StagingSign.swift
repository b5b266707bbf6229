/// What tells other machines that an operation on a root that they share lives: a folder in its own,
/// in which a name is changed every hour.
///
/// The server's clock alone is asked: that folder's time is compared with that of the folder which holds
/// the operations, and both are the server's.
final class StagingSign: Sendable {
  /// How long it stays as it is while the operation lives.
  private static let interval: Duration = .seconds(3600)
  /// For how long nothing must have been heard of an operation that is taken for dead, in nanoseconds.
  private static let patience: Int64 = 24 * 3600 * 1_000_000_000

  private let holding: LeaseHolding

  /// Makes it.
  ///
  /// - Parameter path: Where; in a new folder.
  init(_ path: String) throws(SwarmError) {
    let record = LeaseRecord(token: "staging", owner: .current, term: Self.interval * 4)
    holding = LeaseHolding(path: path, record: record)
    _ = try LeaseFolder(path).make(record)
    LeaseKeeper.shared.keep(holding)
  }

  deinit { end() }

  /// Changes it no more.
  func end() {
    LeaseKeeper.shared.forget(holding)
    holding.end()
  }

  /// What tells the operations of this machine from those of others, in hexadecimal digits: those that
  /// see each other's kernel locks, since they run on one kernel and have one mount.
  static func machine(of place: some SystemPath) -> String {
    let device = FileSystem.statusFollowingLinks(place)?.device ?? 0
    return Checksum(of: Array("\(LeaseOwner.kernel)/\(device)".utf8)).digits
  }

  /// Whether nothing was heard of another machine's operation for a day.
  static func isOld(_ name: FilePath, in place: OpenFolder) -> Bool {
    guard let now = try? place.status().modified, let folder = try? place.folder(name) else {
      return false
    }
    let sign = FilePath(SwarmLayout.sign(in: "")).name
    guard let seen = (try? folder.status(sign)) ?? (try? folder.status()) else { return false }
    let age = now.subtractingReportingOverflow(seen.modified)
    return !age.overflow && age.partialValue > patience
  }
}
