#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The `errno` of a failed system call.
struct SystemError: Error, Equatable {
  /// The number, such as `ENOENT`.
  let number: Int32

  /// Whether nothing is there.
  var isMissing: Bool { number == ENOENT || number == ENOTDIR }

  /// The system's own words, such as "No such file or directory".
  ///
  /// The C function is `strerror_r`.
  var text: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress else { return "error \(number)" }
      base[0] = 0
      _ = strerror_r(number, base, buffer.count)
      return String(cString: base)
    }
  }

  /// This failure as an error that names what was done and with which path.
  ///
  /// - Parameters:
  ///   - action: A verb that completes "cannot …", such as "read".
  ///   - path: The file or folder concerned.
  func describing(_ action: String, _ path: some SystemPath) -> SwarmError {
    let path = path.text.shortenedPath
    return SwarmError(
      .io, "cannot \(action) \(path)", hint: hint, path: path, underlying: text, errno: number)
  }

  /// Whether the file system, or the kernel, does not know what was asked for.
  var isUnsupported: Bool { [EINVAL, ENOSYS, EOPNOTSUPP, ENOTSUP].contains(number) }

  private var hint: Hint? {
    switch number {
    case ENOSPC, EDQUOT: "free some space on that file system and try again"
    case EACCES, EPERM: "check who owns it and its permissions"
    case EROFS: "the file system is mounted read-only"
    case EFBIG: "a file size limit is in force: see `ulimit -f`"
    case EMFILE: "this process has too many open files: see `ulimit -n`"
    case ENFILE: "the machine has too many open files"
    case ENAMETOOLONG:
      "a name has at most 255 bytes and a path \(PATH_MAX): use shorter ones, or a shorter root"
    case EXDEV:
      "a folder of a container image's layer cannot be moved: keep the root on a volume of its own"
    case ELOOP: "a symbolic link stands where a real file or folder is expected"
    default: nil
    }
  }
}

extension SwarmError {
  /// Whether the system refused because of permissions or a file system that is mounted read-only.
  var isRefusedWriting: Bool {
    code == .io && [EACCES, EPERM, EROFS].contains(errno)
  }

  /// Whether a symbolic link stood where none is followed.
  var isLink: Bool { errno == ELOOP }

  /// Whether a file server has no more what was opened there: it was replaced meanwhile.
  var isStale: Bool { errno == ESTALE }

  /// Whether the system said that nothing is there.
  var isMissing: Bool { code == .noSuchFile || errno == ENOENT || errno == ENOTDIR }
}

/// Calls `body` until it is not interrupted by a signal, and turns -1 into a ``SystemError``.
///
/// - Returns: What the system call returned.
@inline(__always)
@discardableResult
func systemCall<Result: SignedInteger>(_ body: () -> Result) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let number = errno
    if number != EINTR { throw SystemError(number: number) }
  }
}

/// ``systemCall(_:)`` whose failure names what was done and with which path.
@inline(__always)
@discardableResult
func systemCall<Result: SignedInteger>(
  _ action: @autoclosure () -> String, _ path: @autoclosure () -> String, _ body: () -> Result
) throws(SwarmError) -> Result {
  do {
    return try systemCall(body)
  } catch {
    throw error.describing(action(), path())
  }
}
