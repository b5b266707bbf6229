#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileSystem {
  /// The names in a folder that a test picks, without making a string of every other name.
  ///
  /// A folder that is not there has no names.
  ///
  /// - Parameters:
  ///   - folder: The folder; a symbolic link is not followed.
  ///   - isWanted: Takes the bytes of a name.
  /// - Throws: ``SwarmError/Code/io``.
  static func names(in folder: String, where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool)
    throws(SwarmError) -> [String]
  {
    do throws(SystemError) {
      let stream = try FolderStream(folder)
      var names: [String] = []
      while let entry = try stream.next() {
        if isWanted(entry.bytes) { names.append(entry.text) }
      }
      return names
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR || error.number == ELOOP { return [] }
      throw error.describing("list", folder)
    }
  }

  /// Where a symbolic link leads, or `nil`.
  ///
  /// The C function is `readlink`.
  static func linkTarget(_ path: some SystemPath) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { raw -> Int in
      guard let base = raw.baseAddress else { return -1 }
      return path.withSystemPath {
        readlink($0, base.assumingMemoryBound(to: CChar.self), raw.count)
      }
    }
    return count >= 0 ? Array(buffer[..<count]) : nil
  }

  /// Makes a symbolic link where nothing is; what cannot be made is left out.
  ///
  /// The C function is `symlink`.
  static func makeLink(_ path: String, to target: String) { _ = symlink(target, path) }

  /// What a name in an open folder leads to, links followed, or `nil` where nothing is.
  ///
  /// The C function is `fstatat`.
  static func status(of name: UnsafePointer<CChar>, in folder: Int32) -> FileStatus? {
    var raw = stat()
    return fstatat(folder, name, &raw, 0) == 0 ? FileStatus(raw) : nil
  }

  /// Opens a folder to look at names in it; a symbolic link is followed.
  ///
  /// The C function is `open`.
  static func openFolder(_ path: some SystemPath) throws(SystemError) -> Descriptor {
    try open(path, O_RDONLY | O_DIRECTORY)
  }

  /// Gives a file or folder the present as its time of change, where that is allowed.
  ///
  /// The C function is `utimensat`.
  static func touch(_ path: String) { _ = utimensat(AT_FDCWD, path, nil, 0) }

  /// Gives a file a second name, or says that it could not.
  ///
  /// The C function is `link`.
  static func addName(_ path: some SystemPath, _ name: some SystemPath) -> Bool {
    path.withSystemPath { path in name.withSystemPath { name in link(path, name) } } == 0
  }

  /// Waits.
  ///
  /// The C function is `usleep`.
  static func pause(milliseconds: UInt32) { usleep(milliseconds &* 1000) }

  #if canImport(Glibc)
    private static let openFiles = __rlimit_resource_t(7)  // RLIMIT_NOFILE
  #else
    private static let openFiles = RLIMIT_NOFILE
  #endif

  /// How many files this process may have open.
  ///
  /// The C function is `getrlimit`.
  static var openFileLimit: Int {
    var limit = rlimit()
    guard getrlimit(openFiles, &limit) == 0 else { return 256 }
    return Int(clamping: min(limit.rlim_cur, 1 << 20))
  }

  /// Lets this process open as many files as the machine allows it.
  ///
  /// The C function is `setrlimit`.
  static func allowManyOpenFiles() {
    var limit = rlimit()
    guard getrlimit(openFiles, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    _ = setrlimit(openFiles, &limit)
  }

  /// The next bytes of an open file; none at its end.
  ///
  /// The C function is `read`.
  static func readSome(_ descriptor: Int32, path: some SystemPath, count: Int) throws(SwarmError)
    -> [UInt8]
  {
    var failure: SystemError?
    let part = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(SystemError) {
        initialized = try systemCall {
          #if canImport(Glibc)
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
          #else
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
          #endif
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure.describing("read", path) }
    return part
  }

  /// Opens anything for reading, links followed: opening does not wait for who writes to a FIFO, and
  /// reading does.
  ///
  /// The C functions are `open` and `fcntl`.
  static func openWithoutWaiting(_ path: some SystemPath) throws(SystemError) -> Descriptor {
    let file = try open(path, O_RDONLY | O_NONBLOCK)
    let flags = try systemCall { fcntl(file.number, F_GETFL) }
    try systemCall { fcntl(file.number, F_SETFL, flags & ~O_NONBLOCK) }
    return file
  }

  /// Opens a regular file for reading, links not followed; `nil` where it is gone.
  static func openForReading(_ path: some SystemPath) throws(SwarmError) -> Descriptor? {
    do throws(SystemError) {
      return try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch {
      if error.number == ENOENT { return nil }
      throw error.describing("read", path)
    }
  }
}
