/// The patience that a call has with a memory that another program is writing in place.
///
/// No call begins on a memory that is not JSON: an agent that takes what it cannot read for nothing
/// would replace it. It waits until the memory is JSON; and gives up at the lock timeout, or once the
/// memory has not changed for a second, when nobody can be writing it.
struct TornMemory {
  /// How long a memory must be unchanged until nobody is writing it.
  static let unchanged: Duration = .seconds(1)

  private let path: String
  private let cancellation: Cancellation?
  private let deadline: ContinuousClock.Instant?
  private var seen: (status: FileStatus, since: ContinuousClock.Instant)?

  /// Begins to wait.
  ///
  /// - Parameters:
  ///   - path: The memory.
  ///   - locks: How long to wait at most, and what ends it.
  init(_ path: String, _ locks: LockOptions) {
    self.path = path
    cancellation = locks.cancellation
    deadline = locks.timeout.map { .now + $0 }
  }

  /// Waits a moment, after which the memory should be looked at again.
  ///
  /// - Parameters:
  ///   - status: The file that was looked at.
  ///   - mistake: Why it is not JSON.
  /// - Throws: ``SwarmError/Code/invalidMemory`` once there is no use in waiting.
  mutating func wait(_ status: FileStatus, _ mistake: JSONSyntaxError) throws(SwarmError) {
    if let cancellation, cancellation.signal != nil { throw cancellation.error }
    let now = ContinuousClock.now
    if let seen, seen.status.isUnchanged(since: status) {
      if now - seen.since >= Self.unchanged { throw refusal(mistake) }
    } else {
      seen = (status, now)
    }
    let age = Timestamp.nanoseconds().subtractingReportingOverflow(status.changed)
    let isOld = !age.overflow && age.partialValue > 1_000_000_000
    if isOld || deadline.map({ now >= $0 }) ?? false { throw refusal(mistake) }
    var set = PollSet()
    set.add(cancellation?.descriptor ?? -1, .reading)
    set.wait(until: now + .milliseconds(20))
  }

  private func refusal(_ mistake: JSONSyntaxError) -> SwarmError {
    SwarmError(
      .invalidMemory,
      "\(path) is not JSON (line \(mistake.line), column \(mistake.column): \(mistake.message)); "
        + "nothing was run and nothing was changed",
      hint: .all(["another program left it so", .run(.fix, "keeps it aside")]), path: path)
  }

  /// Reads a memory, waiting while it is not JSON.
  ///
  /// - Returns: The file as it was read, and its content; `nil` where there is none.
  static func read(_ path: String, _ locks: LockOptions) throws(SwarmError)
    -> (status: FileStatus, content: [UInt8])?
  {
    var torn: TornMemory?
    while true {
      guard let status = try FileSystem.status(path),
        let content = try FileSystem.readIfPresent(path, followLinks: false)
      else { return nil }
      guard let mistake = Self.mistake(in: content) else { return (status, content) }
      var patience = torn ?? TornMemory(path, locks)
      try patience.wait(status, mistake)
      torn = patience
    }
  }

  /// What is wrong with a memory as JSON, if anything is.
  ///
  /// Python writes and reads NaN and Infinity, and so do the other programs of this tree.
  static func mistake(in bytes: [UInt8]) -> JSONSyntaxError? {
    bytes.withUnsafeBytes { mistake(in: $0) }
  }

  /// ``mistake(in:)`` of bytes that are elsewhere.
  static func mistake(in bytes: UnsafeRawBufferPointer) -> JSONSyntaxError? {
    do throws(JSONSyntaxError) {
      try JSONScanner.validate(bytes, options: .allowNonFinite)
      return nil
    } catch {
      return error
    }
  }
}
