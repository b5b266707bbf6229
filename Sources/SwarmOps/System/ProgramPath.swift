#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the running program is.
package enum ProgramPath {
  /// The program's file from the root of the file system, links resolved; `nil` where the system
  /// does not say.
  ///
  /// The C functions are `readlink` on `/proc/self/exe`, and `_NSGetExecutablePath` on macOS.
  package static var current: String? {
    #if os(Linux)
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink("/proc/self/exe", &bytes, bytes.count)
      guard count > 0 else { return nil }
      return String(validating: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #else
      var size: UInt32 = 0
      _ = _NSGetExecutablePath(nil, &size)
      var bytes = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&bytes, &size) == 0, let path = realpath(bytes, nil) else {
        return nil
      }
      defer { free(path) }
      return String(validatingCString: path)
    #endif
  }
}

extension FileSystem {
  /// Whether a path is a file that this user may execute.
  ///
  /// The C function is `access`.
  static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
