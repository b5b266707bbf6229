/// One attempt to take a ``Lease``: what was seen of the holders in the way, and since when.
struct LeaseAttempt {
  /// What was seen of one file.
  private struct Sighting {
    var bytes: [UInt8]
    var since: ContinuousClock.Instant
    var last: ContinuousClock.Instant
  }

  private let path: String
  private let mode: Lease.Mode
  private let record: LeaseRecord
  private var sightings: [FilePath: Sighting] = [:]
  /// The exclusive file, once it is made and while those who share are waited for; given back with
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
    if let made = try Lease.make(path, record) { return made }
    // Both in one turn: what has expired must not cost another pause.
    guard try isOver(path) else { return nil }
    return try Lease.make(path, record)
  }

  private mutating func advanceAlone() throws(SwarmError) -> Lease? {
    if own == nil { own = try makeAlone() }
    guard let lease = own else { return nil }
    for name in try names() where name.hasPrefix(self.name.text + LeaseFile.sharedMark) {
      guard try isOver(folder / name) else { return nil }
    }
    own = nil
    return lease
  }

  /// Makes its own file first and looks for an exclusive one then, as that one looks for this: at least
  /// one of two that come at once sees the other.
  private mutating func advanceShared() throws(SwarmError) -> Lease? {
    if try LeaseFile(path).read() != nil, try !isOver(path) { return nil }
    guard let lease = try Lease.make(path + LeaseFile.sharedMark + record.token, record) else {
      return nil
    }
    if try names().contains(name), try !isOver(path) {
      lease.release()
      return nil
    }
    return lease
  }

  /// The names in the folder: listing it asks the server, where one name may come from a cache.
  private func names() throws(SwarmError) -> [FilePath] {
    do throws(SwarmError) {
      return try FileSystem.names(in: folder)
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// Whether a file of a holder is gone, after removing one whose time is over.
  private mutating func isOver(_ place: some SystemPath) throws(SwarmError) -> Bool {
    let file = LeaseFile(place.text)
    guard let seen = try file.read() else {
      sightings[place.filePath] = nil
      return true
    }
    holder = seen.record?.owner
    let term = seen.record?.term ?? record.term
    let now = ContinuousClock.now
    var sighting =
      sightings[place.filePath] ?? Sighting(bytes: seen.bytes, since: now, last: now)
    // Renewed, or not looked at for so long that it may have been renewed and this process not run.
    if sighting.bytes != seen.bytes || sighting.last.duration(to: now) > term {
      sighting = Sighting(bytes: seen.bytes, since: now, last: now)
    }
    sighting.last = now
    sightings[place.filePath] = sighting
    guard sighting.since.duration(to: now) >= term || seen.record?.owner.hasEnded == true else {
      return false
    }
    sightings[place.filePath] = nil
    return try file.remove { $0 == seen.record }
  }

  private var folder: FilePath { FilePath(path).folder ?? "." }
  private var name: FilePath { FilePath(path).name }
}
