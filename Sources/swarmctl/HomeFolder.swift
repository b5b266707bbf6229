#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The home folder of the user that swarmctl runs as, whatever `HOME` says.
enum HomeFolder {
  /// The folder, or `nil` where the system knows none.
  ///
  /// The C functions are `fgetpwent` on Linux, since `getpwuid` would load shared libraries into a
  /// static program, and `getpwuid` on macOS.
  static var ofUser: String? {
    #if os(Linux)
      guard let file = fopen("/etc/passwd", "re") else { return nil }
      defer { fclose(file) }
      while let entry = fgetpwent(file) {
        guard entry.pointee.pw_uid == getuid() else { continue }
        return entry.pointee.pw_dir.map { String(cString: $0) }
      }
      return nil
    #else
      return getpwuid(getuid())?.pointee.pw_dir.map { String(cString: $0) }
    #endif
  }
}
