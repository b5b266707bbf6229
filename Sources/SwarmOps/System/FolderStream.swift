#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is in one folder, name after name, in the order of the file system.
///
/// The C function is `readdir`.
final class FolderStream {
  /// One name in the folder; good until the next one is asked for.
  struct Entry {
    /// The name's bytes, which need not be UTF-8, ended by zero.
    let name: UnsafePointer<CChar>
    /// What it names, such as `DT_DIR`; some file systems only say `DT_UNKNOWN`.
    let type: Int32

    /// The name, repaired where it is not UTF-8.
    var text: String { String(cString: name) }

    /// The name's bytes without the zero.
    var bytes: UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(
        start: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self), count: strlen(name))
    }
  }

  /// The folder itself, for `fstatat` and its kin.
  let descriptor: Int32
  #if canImport(Darwin)
    private let stream: UnsafeMutablePointer<DIR>
  #else
    private let stream: OpaquePointer
  #endif

  /// Opens a folder.
  ///
  /// The C functions are `openat` and `fdopendir`.
  ///
  /// - Parameters:
  ///   - path: The folder, as bytes ended by zero.
  ///   - base: The open folder that a relative path begins at.
  ///   - followLinks: Whether the last component may be a symbolic link.
  init(
    _ path: UnsafePointer<CChar>, in base: Int32 = AT_FDCWD, followLinks: Bool = false
  ) throws(SystemError) {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followLinks ? 0 : O_NOFOLLOW)
    let opened = try systemCall { openat(base, path, flags) }
    guard let stream = fdopendir(opened) else {
      let failure = SystemError(number: errno)
      close(opened)
      throw failure
    }
    (self.stream, descriptor) = (stream, opened)
  }

  /// The next name but `.` and `..`; `nil` at the end.
  func next() throws(SystemError) -> Entry? {
    while true {
      // An error ends the list as its end does, and half a list must not pass for a whole one.
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError(number: errno) }
        return nil
      }
      let type = Int32(entry.pointee.d_type)
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
      if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
      return Entry(name: name, type: type)
    }
  }

  deinit { closedir(stream) }
}
