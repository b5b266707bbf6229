#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file of one holder of a ``Lease``, as it is on the server and not as this machine remembers it.
struct LeaseFile {
  let path: String

  init(_ path: String) { self.path = path }

  /// Makes the file, unless one of the name exists.
  ///
  /// - Returns: Whether it was made.
  func make(_ record: LeaseRecord) throws(SwarmError) -> Bool {
    let file: Descriptor
    do throws(SystemError) {
      file = try FileSystem.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    } catch {
      // No folder: whoever had it just before removed it, since it was empty.
      if error.number == EEXIST || Self.isPassing(error) { return false }
      throw error.describing("make the lease", path)
    }
    do throws(SystemError) {
      try Ownership.inherit(file.number, at: path)
      try Self.write(record, to: file)
      return true
    } catch {
      try? FileSystem.removeFile(path)
      throw error.describing("write the lease", path)
    }
  }

  /// What the file says; no record where it is empty or odd, `nil` where there is no file.
  func read() throws(SwarmError) -> (record: LeaseRecord?, bytes: [UInt8])? {
    do throws(SystemError) {
      let file = try ServerView.open(path, O_RDONLY)
      let bytes = try Self.read(file)
      return (LeaseRecord(bytes), bytes)
    } catch {
      if Self.isPassing(error) { return nil }
      throw error.describing("read the lease", path)
    }
  }

  /// Writes over the file in place: one that was taken over meanwhile has another name by then.
  ///
  /// - Returns: Whether it was still the holder's.
  func renew(_ record: LeaseRecord) throws(SwarmError) -> Bool {
    do throws(SystemError) {
      let file = try ServerView.open(path, O_RDWR)
      guard LeaseRecord(try Self.read(file))?.token == record.token else { return false }
      try Self.write(record, to: file)
      return true
    } catch {
      if Self.isPassing(error) { return false }
      throw error.describing("renew the lease", path)
    }
  }

  /// Removes the file if it is the one that is meant, and leaves every other one.
  ///
  /// It gets a private name first. If it turns out to be another one, made in between, it gets its name
  /// back, unless a third has that by now: then both find out when they confirm.
  ///
  /// - Returns: Whether it was removed.
  func remove(if isMeant: (LeaseRecord?) -> Bool) throws(SwarmError) -> Bool {
    let parked = LeaseFile(
      path + Self.privateMark + String(UInt64.random(in: 0 ... .max), radix: 16))
    do throws(SwarmError) {
      try FileSystem.rename(path, to: parked.path)
    } catch {
      if error.isMissing || error.errno == ESTALE { return false }
      throw error
    }
    let isRemoved = isMeant(try parked.read()?.record)
    if !isRemoved { _ = FileSystem.addName(parked.path, path) }
    try Self.patiently { () throws(SwarmError) in try FileSystem.removeFile(parked.path) }
    return isRemoved
  }

  /// What stands between the name of a lease and the random part of a private name.
  static let privateMark = ".old-"
  /// What stands between the name of a lease and the token of one that is shared.
  static let sharedMark = ".shared-"

  // MARK: What only file servers do

  /// Whether an error says that the file is gone, or is going: a file that is removed while another
  /// machine has it open is refused until that one closes it.
  private static func isPassing(_ error: SystemError) -> Bool {
    error.isMissing || [ESTALE, EBUSY].contains(error.number)
  }

  /// Does something that SMB refuses while another process of this machine has the file open.
  private static func patiently(_ body: () throws(SwarmError) -> Void) throws(SwarmError) {
    let deadline = ContinuousClock.now + .seconds(2)
    while true {
      do throws(SwarmError) {
        return try body()
      } catch {
        guard error.errno == EACCES || error.errno == EBUSY, ContinuousClock.now < deadline else {
          throw error
        }
      }
      FileSystem.pause(milliseconds: 20)
    }
  }

  private static func read(_ file: Descriptor) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: LeaseRecord.size)
    let count = try systemCall {
      bytes.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, 0) }
    }
    return Array(bytes[..<count])
  }

  /// Writes a record over whatever the file holds; a close sends it to the server.
  private static func write(_ record: LeaseRecord, to file: Descriptor) throws(SystemError) {
    let bytes = record.bytes
    let count = try systemCall {
      bytes.withUnsafeBytes { pwrite(file.number, $0.baseAddress, $0.count, 0) }
    }
    guard count == bytes.count else { throw SystemError(number: ENOSPC) }
    try file.close()
  }
}
