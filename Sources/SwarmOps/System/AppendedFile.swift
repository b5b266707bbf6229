#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that grow by whole lines, whoever else writes to them at the same time.
extension FileSystem {
  /// Opens a file so that every write goes to its end; made where it is missing.
  ///
  /// The C function is `open` with `O_APPEND`.
  static func openForAppending(_ path: String) throws(SystemError) -> Descriptor {
    try openOrMake(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK)
  }

  /// Writes a line in one call, or reports less than all of it as a failure.
  ///
  /// - Returns: 0, or -1 with `errno` set.
  static func appendOnce(_ descriptor: Int32, _ line: [UInt8]) -> Int {
    let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count == line.count { return 0 }
    if count >= 0 { errno = ENOSPC }
    return -1
  }

  /// Overwrites pieces of a file with spaces and waits for the disk.
  ///
  /// The C function is `pwrite`.
  static func blank(_ path: String, _ places: [Range<Int>]) throws(SystemError) {
    let file = try open(path, O_WRONLY | O_NOFOLLOW)
    for place in places {
      let blanks = [UInt8](repeating: 0x20, count: place.count)
      var done = 0
      while done < blanks.count {
        done += try systemCall {
          blanks.withUnsafeBytes {
            pwrite(
              file.number, $0.baseAddress?.advanced(by: done), $0.count - done,
              off_t(place.lowerBound + done))
          }
        }
      }
    }
    try systemCall { fsync(file.number) }
    try file.close()
  }
}
