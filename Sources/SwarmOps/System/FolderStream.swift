#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is in one folder, name after name, in the order of the file system.
///
/// The C functions are `getdents64` on Linux, which costs half of the system calls that `fdopendir` and
/// `readdir` do, and these elsewhere.
final class FolderStream {
  /// One name in the folder; good until the next one is asked for.
  struct Entry {
    /// The name's bytes, which need not be UTF-8, ended by zero.
    let name: UnsafePointer<CChar>
    /// What it names, such as `DT_DIR`; some file systems only say `DT_UNKNOWN`.
    let type: Int32

    /// The name, repaired where it is not UTF-8.
    var text: String { String(cString: name) }

    /// The name as a path from the folder.
    var path: FilePath { FilePath(bytes: bytes) }

    /// What kind of thing the file system says it is, or `nil` where it does not say.
    var kind: FileStatus.Kind? {
      switch type {
      case Int32(DT_UNKNOWN): nil
      case Int32(DT_DIR): .folder
      case Int32(DT_REG): .file
      case Int32(DT_LNK): .link
      default: .other
      }
    }

    /// The name's bytes without the zero.
    var bytes: UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(
        start: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self), count: strlen(name))
    }
  }

  /// The folder itself, for `fstatat` and its kin.
  let descriptor: Int32
  #if os(Linux)
    private static let bufferSize = 32 << 10
    private let buffer: UnsafeMutableRawBufferPointer
    private var position = 0
    private var filled = 0
  #else
    private let stream: UnsafeMutablePointer<DIR>
  #endif

  /// Opens a folder.
  ///
  /// The C function is `openat`.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - base: The open folder that a relative path begins at.
  ///   - followLinks: Whether the last component may be a symbolic link.
  init(
    _ path: some SystemPath, in base: Int32 = AT_FDCWD, followLinks: Bool = false
  ) throws(SystemError) {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followLinks ? 0 : O_NOFOLLOW)
    descriptor = try systemCall { path.withSystemPath { openat(base, $0, flags) } }
    #if os(Linux)
      buffer = .allocate(byteCount: Self.bufferSize, alignment: 8)
    #else
      guard let stream = fdopendir(descriptor) else {
        let failure = SystemError(number: errno)
        close(descriptor)
        throw failure
      }
      self.stream = stream
    #endif
  }

  /// The status of something in the folder, links not followed.
  ///
  /// The C function is `fstatat`.
  ///
  /// - Parameter name: Its name or its path from the folder.
  func status(_ name: some SystemPath) throws(SystemError) -> FileStatus {
    var raw = stat()
    try systemCall {
      name.withSystemPath { fstatat(descriptor, $0, &raw, AT_SYMLINK_NOFOLLOW) }
    }
    return FileStatus(raw)
  }

  /// All names that are left, in the order of their bytes.
  func names() throws(SystemError) -> [FilePath] {
    var names: [FilePath] = []
    while let entry = try next() { names.append(entry.path) }
    return names.sorted()
  }

  /// The next name but `.` and `..`; `nil` at the end.
  func next() throws(SystemError) -> Entry? {
    while let entry = try following() {
      if strcmp(entry.name, ".") != 0 && strcmp(entry.name, "..") != 0 { return entry }
    }
    return nil
  }

  #if os(Linux)
    private func following() throws(SystemError) -> Entry? {
      if position == filled {
        filled = try PlatformCalls.readEntries(of: descriptor, into: buffer)
        position = 0
      }
      guard position < filled, let start = buffer.baseAddress?.advanced(by: position) else {
        return nil
      }
      // d_ino and d_off with eight bytes each, d_reclen with two, d_type with one, d_name.
      position += Int(start.load(fromByteOffset: 16, as: UInt16.self))
      let name = start.advanced(by: 19).assumingMemoryBound(to: CChar.self)
      return Entry(name: name, type: Int32(start.load(fromByteOffset: 18, as: UInt8.self)))
    }

    deinit {
      buffer.deallocate()
      close(descriptor)
    }
  #else
    private func following() throws(SystemError) -> Entry? {
      // An error ends the list as its end does, and half a list must not pass for a whole one.
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError(number: errno) }
        return nil
      }
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
      return Entry(name: name, type: Int32(entry.pointee.d_type))
    }

    deinit { closedir(stream) }
  #endif
}
