/// One attempt to take a ``Lease``: what was seen of the holders in the way, and since when.
struct LeaseAttempt {
  /// What was seen of one folder.
  private struct Sighting {
    var name: FilePath
    var since: ContinuousClock.Instant
    var last: ContinuousClock.Instant
  }

  private let path: String
  private let mode: Lease.Mode
  private let record: LeaseRecord
  private var sightings: [FilePath: Sighting] = [:]
  /// The exclusive folder, once it is made and while those who share are waited for; given back with
  /// the attempt.
  private var own: Lease?
  /// Who was in the way when last looked at.
  private(set) var holder: LeaseOwner?

  init(path: String, mode: Lease.Mode, term: Duration, owner: LeaseOwner) {
    self.path = path
    self.mode = mode
    let token = String(UInt64.random(in: 0 ... .max), radix: 16)
    record = LeaseRecord(token: token, owner: owner, term: term)
  }

  /// Does what can be done without waiting.
  ///
  /// - Returns: The lease, or `nil` where somebody is in the way.
  mutating func advance() throws(SwarmError) -> Lease? {
    try FileSystem.makeFolders(folder)
    switch mode {
    case .sole: return try makeAlone()
    case .exclusive: return try advanceAlone()
    case .shared: return try advanceShared()
    }
  }

  private mutating func makeAlone() throws(SwarmError) -> Lease? {
    if let lease = try takeOver(FilePath(path)) { return lease }
    // Looking is cheaper than trying, for the server too.
    guard sightings[FilePath(path)] == nil, try LeaseFolder(path).make(record) else { return nil }
    return Lease.hold(path, record)
  }

  private mutating func advanceAlone() throws(SwarmError) -> Lease? {
    if own == nil { own = try makeAlone() }
    guard let lease = own else { return nil }
    var isAlone = true
    for name in try names() where name.hasPrefix(self.name.text + LeaseFolder.sharedMark) {
      // One whose time is over is this attempt's then, and goes.
      if let old = try takeOver(folder / name) {
        old.release()
      } else if sightings[folder / name] != nil {
        isAlone = false
      }
    }
    guard isAlone else { return nil }
    own = nil
    return lease
  }

  /// Makes its own folder first and looks for an exclusive one then, as that one looks for this: at least
  /// one of two that come at once sees the other.
  private mutating func advanceShared() throws(SwarmError) -> Lease? {
    if try isInTheWay(FilePath(path)) { return nil }
    let own = FilePath(path) + LeaseFolder.sharedMark + record.token
    guard try LeaseFolder(own).make(record) else { return nil }
    let lease = Lease.hold(own, record)
    if try names().contains(name), try isInTheWay(FilePath(path)) {
      lease.release()
      return nil
    }
    return lease
  }

  /// The names beside the lease: listing a folder asks the server, where one name may come from a cache.
  private func names() throws(SwarmError) -> [FilePath] {
    do throws(SwarmError) {
      return try FileSystem.names(in: folder)
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// Whether a holder is there still, after ending one whose time is over.
  private mutating func isInTheWay(_ place: FilePath) throws(SwarmError) -> Bool {
    if let old = try takeOver(place) { old.release() }
    return sightings[place] != nil
  }

  /// Takes over a holder's folder whose time is over.
  private mutating func takeOver(_ place: FilePath) throws(SwarmError) -> Lease? {
    let folder = LeaseFolder(place)
    guard let seen = try folder.read(), !seen.bytes.isEmpty else {
      folder.removeIfEmpty()
      sightings[place] = nil
      return nil
    }
    let found = LeaseRecord(seen)
    holder = found?.owner
    let term = found?.term ?? record.term
    let now = ContinuousClock.now
    var sighting = sightings[place] ?? Sighting(name: seen, since: now, last: now)
    // Renewed, or not looked at for so long that it may have been renewed and this process not run.
    if sighting.name != seen || sighting.last.duration(to: now) > term {
      sighting = Sighting(name: seen, since: now, last: now)
    }
    sighting.last = now
    sightings[place] = sighting
    guard sighting.since.duration(to: now) >= term || found?.owner.hasEnded == true else {
      return nil
    }
    sightings[place] = nil
    guard try folder.replace(seen, with: record) else { return nil }
    return Lease.hold(place, record)
  }

  private var folder: FilePath { FilePath(path).folder ?? "." }
  private var name: FilePath { FilePath(path).name }
}
