#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Copies of single files, made inside the kernel where it can, with the holes of the original.
enum FileCopy {
  /// Copies a regular file to a new file.
  ///
  /// The copy gets the source's time of change, or an older one where that is very young: so a
  /// write to the copy always shows in its time, however coarse the kernel's clock.
  ///
  /// - Parameters:
  ///   - source: The file; a symbolic link is not followed.
  ///   - target: The copy, which must not exist.
  ///   - mode: The copy's mode.
  ///   - keepsTime: Whether the copy's time is the source's, however young.
  ///   - isSyncedSoon: Whether somebody will wait for the disk, which may begin to write it at once.
  /// - Returns: The status of the source as it was copied, and of the copy.
  /// - Throws: ``SwarmError/Code/io``.
  @discardableResult
  static func make(
    of source: some SystemPath, at target: some SystemPath, mode: mode_t = FileSystem.fileMode,
    keepsTime: Bool = false, isSyncedSoon: Bool = false
  ) throws(SwarmError) -> (source: FileStatus, copy: FileStatus) {
    guard let input = try FileSystem.openForReading(source) else {
      throw SystemError(number: ENOENT).describing("copy", source)
    }
    let status = try FileSystem.status(of: input.number, path: source)
    guard status.kind == .file else {
      throw SwarmError(.io, "\(source.text) is not a regular file", path: source.text)
    }
    do throws(SystemError) {
      let output = try FileSystem.open(target, O_WRONLY | O_CREAT | O_EXCL)
      try systemCall { fchmod(output.number, mode) }
      try Ownership.inherit(output.number, at: target)
      if status.isSparse {
        try copyData(input.number, output.number)
      } else {
        try copyAll(input.number, output.number)
      }
      let latest = keepsTime ? Int64.max : Timestamp.nanoseconds() - 1_000_000_000
      try setTime(output.number, min(status.modified, latest))
      var raw = stat()
      try systemCall { fstat(output.number, &raw) }
      if isSyncedSoon { PlatformCalls.beginWriting(output.number) }
      try output.close()
      return (status, FileStatus(raw))
    } catch {
      throw error.describing("write", target)
    }
  }

  private static func setTime(_ descriptor: Int32, _ nanoseconds: Int64) throws(SystemError) {
    let (seconds, rest) = (max(0, nanoseconds) / 1_000_000_000, max(0, nanoseconds) % 1_000_000_000)
    let times = [timespec](
      repeating: timespec(tv_sec: time_t(seconds), tv_nsec: Int(rest)), count: 2)
    try systemCall { futimens(descriptor, times) }
  }

  /// Copies from where both files stand to the end of the input.
  private static func copyAll(_ input: Int32, _ output: Int32) throws(SystemError) {
    while try copySome(input, output, atMost: 1 << 30) > 0 {}
  }

  /// Copies what of the input takes place on the disk.
  ///
  /// The C function is `lseek` with `SEEK_DATA` and `SEEK_HOLE`.
  private static func copyData(_ input: Int32, _ output: Int32) throws(SystemError) {
    var position = off_t(0)
    while true {
      let start = lseek(input, position, seekData)
      if start == -1 {
        if errno == ENXIO { break }  // Nothing but a hole up to the end.
        // A file system that does not know of holes.
        try systemCall { lseek(input, position, SEEK_SET) }
        try systemCall { lseek(output, position, SEEK_SET) }
        return try copyAll(input, output)
      }
      let end = try systemCall { lseek(input, start, seekHole) }
      try systemCall { lseek(input, start, SEEK_SET) }
      try systemCall { lseek(output, start, SEEK_SET) }
      var left = Int(end - start)
      while left > 0 {
        let copied = try copySome(input, output, atMost: left)
        if copied == 0 { break }
        left -= copied
      }
      position = end
    }
    let end = try systemCall { lseek(input, 0, SEEK_END) }
    try systemCall { ftruncate(output, end) }
  }

  private static func copySome(_ input: Int32, _ output: Int32, atMost count: Int)
    throws(SystemError) -> Int
  {
    // A file of `/proc` and its like says 0 here, and has more: a read decides.
    if let copied = PlatformCalls.copyFileRange(from: input, to: output, count: count), copied > 0 {
      return copied
    }
    var buffer = [UInt8](repeating: 0, count: min(count, 1 << 16))
    let read = try systemCall {
      #if canImport(Glibc)
        Glibc.read(input, &buffer, buffer.count)
      #else
        Darwin.read(input, &buffer, buffer.count)
      #endif
    }
    if read < buffer.count { buffer.removeLast(buffer.count - read) }
    try FileSystem.writeAll(output, buffer)
    return read
  }

  #if os(Linux)
    private static let seekData: Int32 = 3  // SEEK_DATA
    private static let seekHole: Int32 = 4  // SEEK_HOLE
  #else
    private static let seekData = SEEK_DATA
    private static let seekHole = SEEK_HOLE
  #endif
}
