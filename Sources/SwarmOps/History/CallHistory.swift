import Synchronization

/// One line for each call, in a file of JSON lines under our own state, bounded by a second one.
///
/// A line is one appending write without any lock or sync: after a power cut the last lines may be
/// missing. Two files of at most ``mostBytes`` each hold what there is; the older one goes when the
/// newer is full.
package struct CallHistory: Sendable {
  /// How large the newer file becomes before it takes the place of the older one.
  static let mostBytes = 4 << 20

  private let layout: SwarmLayout
  /// The newer file, kept open: a batch adds many lines.
  private let file = OpenFile()
  /// How calls come in, such as `run`.
  let frontEnd: String
  /// The exit status of an error.
  let status: @Sendable (SwarmError.Code) -> Int32

  /// Describes the history of a root; touches nothing.
  ///
  /// - Parameters:
  ///   - layout: The root.
  ///   - frontEnd: How calls come in, such as `run`.
  ///   - status: The exit status of an error.
  package init(
    layout: SwarmLayout, frontEnd: String = "",
    status: @escaping @Sendable (SwarmError.Code) -> Int32 = { _ in 1 }
  ) {
    self.layout = layout.live
    self.frontEnd = frontEnd
    self.status = status
  }

  // MARK: Writing

  /// Adds a line for each of some calls, in one go.
  ///
  /// - Parameter records: The calls.
  /// - Returns: Why they could not be written, for a person; a call never fails for that.
  func append(_ records: [CallRecord]) -> String? {
    do throws(SwarmError) {
      let path = layout.history
      let lines = records.flatMap(\.line)
      try file.use { held throws(SwarmError) in
        if held == nil {
          if try RootSettings.isShared(layout) { return try appendAlone(lines) }
          held = try open(path)
        }
        guard let number = held?.number else { return }
        try systemCall("write", path) { FileSystem.appendOnce(number, lines) }
        // Of a file that somebody else has made the older one, this is true as well.
        if try FileSystem.status(of: number, path: path).size > Self.mostBytes {
          held = nil
          try rotate()
        }
      }
      return nil
    } catch {
      return "the call is missing in the history: \(error.message)"
        + (error.underlying.map { " (\($0))" } ?? "")
    }
  }

  /// Adds lines on a root that several machines share, where two that append at once would write to one
  /// place, and a file that stays open does not see what others have added.
  private func appendAlone(_ lines: [UInt8]) throws(SwarmError) {
    let lock = try StoreLocks(layout).history(LockOptions(timeout: .seconds(10)))
    defer { lock.release() }
    let file = try open(layout.history)
    try systemCall("write", layout.history) { FileSystem.appendOnce(file.number, lines) }
    if try FileSystem.status(of: file.number, path: layout.history).size > Self.mostBytes {
      try FileChanges.replaceCache(layout.olderHistory, with: layout.history)
    }
  }

  private func open(_ path: String) throws(SwarmError) -> Descriptor {
    if let file = try? FileSystem.openForAppending(path) { return file }
    try FileSystem.makeFolders(layout.state)
    do throws(SystemError) {
      return try FileSystem.openForAppending(path)
    } catch {
      throw error.describing("write", path)
    }
  }

  /// Makes the newer file the older one, unless somebody else just did.
  private func rotate() throws(SwarmError) {
    guard let lock = try StoreLocks(layout).tryHistory() else { return }
    defer { lock.release() }
    guard let status = try FileSystem.status(layout.history), status.size > Self.mostBytes else {
      return
    }
    try FileChanges.replaceCache(layout.olderHistory, with: layout.history)
  }

  // MARK: Reading

  /// The calls that are remembered, the latest first.
  ///
  /// - Parameter isWanted: Which calls to return.
  /// - Returns: The calls.
  /// - Throws: ``SwarmError/Code/io``.
  package func records(where isWanted: (CallRecord) -> Bool) throws(SwarmError) -> [CallRecord] {
    var records: [CallRecord] = []
    for path in [layout.olderHistory, layout.history] {
      let bytes = try FileSystem.readIfPresent(path, followLinks: false) ?? []
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        if let record = Self.record(line), isWanted(record) { records.append(record) }
      }
    }
    return records.reversed()
  }

  /// Reads a line; one before it may have been cut off by a full disk.
  private static func record(_ line: ArraySlice<UInt8>) -> CallRecord? {
    if let record = CallRecord(line: line) { return record }
    let start = CallRecord.start
    var place = line.endIndex - start.count
    while place > line.startIndex {
      if line[place] == start[0], line[place...].starts(with: start) {
        return CallRecord(line: line[place...])
      }
      place -= 1
    }
    return nil
  }

  // MARK: Forgetting

  /// The lines of one user in one file.
  struct Lines {
    let path: String
    let count: Int
    /// The bytes of the lines, one after the other.
    let content: [UInt8]
    fileprivate let places: [Range<Int>]
  }

  /// Finds a user's lines.
  ///
  /// - Parameter user: The user.
  func lines(of user: GUID) throws(SwarmError) -> [Lines] {
    var found: [Lines] = []
    for path in [layout.olderHistory, layout.history] {
      guard let bytes = try FileSystem.readIfPresent(path, followLinks: false) else { continue }
      let name = Array(user.description.utf8)
      var content: [UInt8] = []
      var places: [Range<Int>] = []
      for line in bytes.split(separator: UInt8(ascii: "\n")) where Self.holds(line, name) {
        places.append(line.startIndex..<line.endIndex)
        content += line + [UInt8(ascii: "\n")]
      }
      if places.isEmpty { continue }
      found.append(Lines(path: path, count: places.count, content: content, places: places))
    }
    return found
  }

  private static func holds(_ line: ArraySlice<UInt8>, _ name: [UInt8]) -> Bool {
    var place = line.startIndex
    while place + name.count <= line.endIndex {
      if line[place] == name[0], line[place...].starts(with: name) { return true }
      place += 1
    }
    return false
  }

  /// Removes a user's lines, by blanking them where they are: lines that other calls add meanwhile
  /// are never in the way.
  ///
  /// - Parameter user: The user.
  /// - Returns: The lines that went.
  func forget(_ user: GUID) throws(SwarmError) -> [Lines] {
    if try lines(of: user).isEmpty { return [] }
    let lock = try StoreLocks(layout).history(LockOptions())
    defer { lock.release() }
    let found = try lines(of: user)
    for lines in found {
      do throws(SystemError) {
        try FileSystem.blank(lines.path, lines.places)
      } catch {
        throw error.describing("remove lines from", lines.path)
      }
    }
    return found
  }
}

/// A descriptor that is opened on first use, whoever uses it first.
private final class OpenFile: Sendable {
  private let held = Mutex<Descriptor?>(nil)

  func use(_ body: (inout Descriptor?) throws(SwarmError) -> Void) throws(SwarmError) {
    let result = held.withLock { descriptor -> Result<Void, SwarmError> in
      do throws(SwarmError) {
        return .success(try body(&descriptor))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
