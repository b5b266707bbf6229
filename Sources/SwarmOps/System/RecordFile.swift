import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of whole records that one process at a time adds to.
final class RecordFile: Sendable {
  private let file: Descriptor
  private let writing = Mutex<Void>(())

  /// Opens a file, made where it is missing.
  ///
  /// The C functions are `open` and `flock`.
  ///
  /// - Parameter path: The file.
  /// - Throws: An error for which ``SystemError/isHeldByAnother`` is true where another process has it.
  init(_ path: String) throws(SystemError) {
    file = try FileSystem.open(path, O_RDWR | O_CREAT | O_APPEND)
    let number = file.number
    try systemCall { flock(number, LOCK_EX | LOCK_NB) }
  }

  /// Cuts off what comes after some bytes.
  ///
  /// The C function is `ftruncate`.
  func cut(to count: Int) throws(SystemError) {
    try systemCall { ftruncate(file.number, off_t(count)) }
  }

  /// Adds whole records, or none: what comes after half a record could not be read.
  func append(_ bytes: [UInt8]) throws(SystemError) {
    let result = writing.withLock { _ -> Result<Void, SystemError> in
      let end = lseek(file.number, 0, SEEK_END)
      do throws(SystemError) {
        try FileSystem.writeAll(file.number, bytes)
        return .success(())
      } catch {
        if end >= 0 { _ = ftruncate(file.number, end) }
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Waits until what was added is on disk.
  ///
  /// The C function is `fsync`.
  func sync() throws(SystemError) { try systemCall { fsync(file.number) } }
}

extension SystemError {
  /// Whether another process has locked the file.
  var isHeldByAnother: Bool { number == EWOULDBLOCK }
}
