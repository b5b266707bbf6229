#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Permission bits as the system takes them.
typealias FileMode = mode_t

/// Files and folders as swarmctl uses them: private modes, errors that name the path, every return
/// value checked.
enum FileSystem {
  /// The mode of every folder that swarmctl makes.
  static let folderMode: mode_t = 0o700
  /// The mode of every file that swarmctl makes.
  static let fileMode: mode_t = 0o600
  /// The most bytes of a file that are read at once where nothing less is said: a sparse file can
  /// claim any size.
  static let greatestRead = 2 << 30

  // MARK: Looking

  /// What `path` names, links not followed, or `nil` where nothing is.
  ///
  /// The C function is `lstat`.
  static func status(_ path: some SystemPath) throws(SwarmError) -> FileStatus? {
    var raw = stat()
    do {
      try systemCall { path.withSystemPath { lstat($0, &raw) } }
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return nil }
      throw error.describing("look at", path)
    }
    return FileStatus(raw)
  }

  /// What `path` names in the end, links followed, or `nil`.
  ///
  /// The C function is `stat`.
  static func statusFollowingLinks(_ path: some SystemPath) -> FileStatus? {
    var raw = stat()
    return path.withSystemPath { stat($0, &raw) } == 0 ? FileStatus(raw) : nil
  }

  /// A path without links, `.` and `..`, or `nil` where nothing is.
  ///
  /// The C function is `realpath`.
  static func realPath(_ path: String) -> String? {
    guard let raw = realpath(path, nil) else { return nil }
    defer { free(raw) }
    return String(validatingCString: raw)
  }

  /// Whether this user may read, or change, what a path names.
  ///
  /// The C function is `access`.
  static func isPermitted(_ path: String, writing: Bool) -> Bool {
    access(path, writing ? W_OK : R_OK) == 0
  }

  /// The status of an open file.
  ///
  /// The C function is `fstat`.
  static func status(of descriptor: Int32, path: some SystemPath) throws(SwarmError) -> FileStatus {
    var raw = stat()
    try systemCall("look at", path.text) { fstat(descriptor, &raw) }
    return FileStatus(raw)
  }

  /// The names in a folder, without `.` and `..`, in no order.
  ///
  /// Names that are not UTF-8 come with replacement characters.
  static func list(_ folder: String) throws(SwarmError) -> [String] {
    do throws(SystemError) {
      let stream = try FolderStream(folder, followLinks: true)
      var names: [String] = []
      while let entry = try stream.next() { names.append(entry.text) }
      return names
    } catch {
      throw error.describing("list", folder)
    }
  }

  /// The names in a folder, in the order of their bytes.
  static func names(in folder: some SystemPath, followLinks: Bool = false) throws(SwarmError)
    -> [FilePath]
  {
    do throws(SystemError) {
      return try FolderStream(folder, followLinks: followLinks).names()
    } catch {
      throw error.describing("list", folder)
    }
  }

  /// Whether this process may put things into a folder and take things out of it.
  ///
  /// The C function is `faccessat`.
  static func mayChange(_ folder: some SystemPath) -> Bool {
    folder.withSystemPath { faccessat(AT_FDCWD, $0, R_OK | W_OK | X_OK, AT_EACCESS) } == 0
  }

  // MARK: Opening and reading

  /// Opens a file close-on-exec.
  ///
  /// The C function is `open`.
  static func open(_ path: some SystemPath, _ flags: Int32, mode: mode_t = fileMode)
    throws(SystemError) -> Descriptor
  {
    let number = try systemCall {
      path.withSystemPath {
        #if canImport(Glibc)
          Glibc.open($0, flags | O_CLOEXEC, mode)
        #else
          Darwin.open($0, flags | O_CLOEXEC, mode)
        #endif
      }
    }
    return Descriptor(number)
  }

  /// Opens a file, or makes it where nothing is; a new one belongs to the owner of its folder.
  ///
  /// The C function is `open`.
  static func openOrMake(_ path: some SystemPath, _ flags: Int32) throws(SystemError) -> Descriptor
  {
    while true {
      do throws(SystemError) {
        return try open(path, flags)
      } catch {
        guard error.number == ENOENT else { throw error }
      }
      do throws(SystemError) {
        let new = try open(path, flags | O_CREAT | O_EXCL)
        try Ownership.inherit(new.number, at: path)
        return new
      } catch {
        // Somebody was quicker.
        guard error.number == EEXIST else { throw error }
      }
    }
  }

  /// The whole content of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes to accept.
  ///   - followLinks: Whether a symbolic link as the last component is followed.
  /// - Throws: ``SwarmError/Code/noSuchFile`` where nothing is, ``SwarmError/Code/badData`` past
  ///   the limit, ``SwarmError/Code/io`` otherwise.
  static func read(
    _ path: some SystemPath, limit: Int = greatestRead, followLinks: Bool = true
  ) throws(SwarmError) -> [UInt8] {
    guard let bytes = try readIfPresent(path, limit: limit, followLinks: followLinks) else {
      throw SwarmError(.noSuchFile, "\(path.text) does not exist", path: path.text)
    }
    return bytes
  }

  /// ``read(_:limit:followLinks:)``, or `nil` where nothing is.
  static func readIfPresent(
    _ path: some SystemPath, limit: Int = greatestRead, followLinks: Bool = true
  ) throws(SwarmError) -> [UInt8]? {
    let file: Descriptor
    do {
      file = try open(path, O_RDONLY | O_NONBLOCK | (followLinks ? 0 : O_NOFOLLOW))
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return nil }
      throw error.describing("read", path)
    }
    let status = try status(of: file.number, path: path)
    guard status.kind == .file else {
      throw SwarmError(.io, "\(path.text) is not a regular file", path: path.text)
    }
    guard status.size <= limit else {
      throw SwarmError(
        .badData, "\(path.text) holds \(status.size) bytes; at most \(limit) are read",
        path: path.text)
    }
    return try readToEnd(file.number, path: path.text, expected: status.size, limit: limit)
  }

  /// Everything that can be read from an open descriptor.
  static func readToEnd(
    _ descriptor: Int32, path: String, expected: Int = 0, limit: Int = greatestRead
  ) throws(SwarmError) -> [UInt8] {
    var content: [UInt8] = []
    var capacity = max(expected + 1, 4096)
    while true {
      let chunk = try readSome(descriptor, path: path, count: capacity)
      if chunk.isEmpty { return content }
      if content.isEmpty { content = chunk } else { content += chunk }
      guard content.count <= limit else {
        throw SwarmError(.badData, "\(path) holds more than \(limit) bytes", path: path)
      }
      capacity = max(expected - content.count + 1, 65536)
    }
  }

  // MARK: Writing

  /// Makes a file of mode 0600 that must not exist yet and writes it.
  ///
  /// - Parameters:
  ///   - path: The file to make.
  ///   - bytes: Its content.
  ///   - sync: Whether it must have reached the disk on return.
  static func create(_ path: some SystemPath, _ bytes: [UInt8], sync: Bool) throws(SwarmError) {
    do {
      let file = try open(path, O_WRONLY | O_CREAT | O_EXCL)
      try systemCall { fchmod(file.number, fileMode) }
      try Ownership.inherit(file.number, at: path)
      try writeAll(file.number, bytes)
      if sync { try systemCall { fsync(file.number) } }
      try file.close()
    } catch {
      throw error.describing("write", path)
    }
  }

  /// Writes all bytes to a descriptor.
  ///
  /// The C function is `write`.
  static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws(SystemError) {
    var offset = 0
    while offset < bytes.count {
      offset += try systemCall {
        bytes.withUnsafeBytes {
          write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
        }
      }
    }
  }

  /// Renames.
  ///
  /// The C function is `rename`.
  static func rename(_ old: some SystemPath, to new: some SystemPath) throws(SwarmError) {
    do throws(SystemError) {
      try ServerView.patiently(at: new) { () throws(SystemError) in
        try PlatformCalls.rename(old, new)
      }
    } catch {
      throw error.describing("replace", new)
    }
  }

  /// Gives a file the mode of private files and waits until it is on disk.
  ///
  /// The C functions are `fchmod` and `fsync`. A symbolic link is not followed.
  static func secure(_ path: some SystemPath) throws(SwarmError) {
    do throws(SystemError) {
      let file = try open(path, O_RDONLY | O_NOFOLLOW)
      try systemCall { fchmod(file.number, fileMode) }
      try systemCall { fsync(file.number) }
    } catch {
      throw error.describing("write to disk", path)
    }
  }

  /// Waits until a file or folder has reached the disk.
  ///
  /// The C function is `fsync`.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - followLinks: Whether `path` may be a symbolic link, as the root and its `swarms` may.
  static func sync(_ path: some SystemPath, followLinks: Bool = false) throws(SwarmError) {
    do {
      let file = try open(path, O_RDONLY | (followLinks ? 0 : O_NOFOLLOW))
      try systemCall { fsync(file.number) }
    } catch {
      throw error.describing("write to disk", path)
    }
  }

  /// Removes a file or link.
  ///
  /// Nothing there is no error. The C function is `unlink`.
  static func removeFile(_ path: some SystemPath) throws(SwarmError) {
    do throws(SystemError) {
      try ServerView.patiently(at: path) { () throws(SystemError) in
        let _: Int32 = try systemCall { path.withSystemPath { unlink($0) } }
      }
    } catch {
      if error.number != ENOENT { throw error.describing("remove", path) }
    }
  }
}
