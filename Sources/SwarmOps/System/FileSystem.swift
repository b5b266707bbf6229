#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files and folders as swarmctl uses them: private modes, errors that name the path, every return
/// value checked.
enum FileSystem {
  /// The mode of every folder that swarmctl makes.
  static let folderMode: mode_t = 0o700
  /// The mode of every file that swarmctl makes.
  static let fileMode: mode_t = 0o600

  // MARK: Looking

  /// What `path` names, links not followed, or `nil` where nothing is.
  ///
  /// The C function is `lstat`.
  static func status(_ path: String) throws(SwarmError) -> FileStatus? {
    var raw = stat()
    do {
      try systemCall { lstat(path, &raw) }
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return nil }
      throw error.describing("look at", path)
    }
    return FileStatus(raw)
  }

  /// What `path` names in the end, links followed, or `nil`.
  ///
  /// The C function is `stat`.
  static func statusFollowingLinks(_ path: String) -> FileStatus? {
    var raw = stat()
    return stat(path, &raw) == 0 ? FileStatus(raw) : nil
  }

  /// The status of an open file.
  ///
  /// The C function is `fstat`.
  static func status(of descriptor: Int32, path: String) throws(SwarmError) -> FileStatus {
    var raw = stat()
    try systemCall("look at", path) { fstat(descriptor, &raw) }
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

  /// Where a symbolic link leads, as it is written in it; `nil` for everything else.
  ///
  /// The C function is `readlink`.
  static func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: Opening and reading

  /// Opens a file close-on-exec.
  ///
  /// The C function is `open`.
  static func open(_ path: String, _ flags: Int32, mode: mode_t = fileMode) throws(SystemError)
    -> Descriptor
  {
    #if canImport(Glibc)
      Descriptor(try systemCall { Glibc.open(path, flags | O_CLOEXEC, mode) })
    #else
      Descriptor(try systemCall { Darwin.open(path, flags | O_CLOEXEC, mode) })
    #endif
  }

  /// The whole content of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes to accept.
  ///   - followLinks: Whether a symbolic link as the last component is followed.
  /// - Throws: ``SwarmError/Code/noSuchFile`` where nothing is, ``SwarmError/Code/badData`` past
  ///   the limit, ``SwarmError/Code/io`` otherwise.
  static func read(_ path: String, limit: Int = .max, followLinks: Bool = true) throws(SwarmError)
    -> [UInt8]
  {
    guard let bytes = try readIfPresent(path, limit: limit, followLinks: followLinks) else {
      throw SwarmError(.noSuchFile, "\(path) does not exist", path: path)
    }
    return bytes
  }

  /// ``read(_:limit:followLinks:)``, or `nil` where nothing is.
  static func readIfPresent(_ path: String, limit: Int = .max, followLinks: Bool = true)
    throws(SwarmError) -> [UInt8]?
  {
    let file: Descriptor
    do {
      file = try open(path, O_RDONLY | O_NONBLOCK | (followLinks ? 0 : O_NOFOLLOW))
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return nil }
      throw error.describing("read", path)
    }
    let status = try status(of: file.number, path: path)
    guard status.kind == .file else {
      throw SwarmError(.io, "\(path) is not a regular file", path: path)
    }
    guard status.size <= limit else {
      throw SwarmError(
        .badData, "\(path) holds \(status.size) bytes; at most \(limit) are read", path: path)
    }
    return try readToEnd(file.number, path: path, expected: status.size, limit: limit)
  }

  /// Everything that can be read from an open descriptor.
  static func readToEnd(_ descriptor: Int32, path: String, expected: Int = 0, limit: Int = .max)
    throws(SwarmError) -> [UInt8]
  {
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
  static func create(_ path: String, _ bytes: [UInt8], sync: Bool) throws(SwarmError) {
    do {
      let file = try open(path, O_WRONLY | O_CREAT | O_EXCL)
      try systemCall { fchmod(file.number, fileMode) }
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
  static func rename(_ old: String, to new: String) throws(SwarmError) {
    try systemCall("replace", new) {
      #if canImport(Glibc)
        Glibc.rename(old, new)
      #else
        Darwin.rename(old, new)
      #endif
    }
  }

  /// Waits until a file or folder has reached the disk.
  ///
  /// The C function is `fsync`.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - followLinks: Whether `path` may be a symbolic link, as the root and its `swarms` may.
  static func sync(_ path: String, followLinks: Bool = false) throws(SwarmError) {
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
  static func removeFile(_ path: String) throws(SwarmError) {
    do {
      try systemCall { unlink(path) }
    } catch {
      if error.number != ENOENT { throw error.describing("remove", path) }
    }
  }

  // MARK: Folders

  /// Makes a folder of mode 0700; one that exists is kept as it is.
  ///
  /// The C function is `mkdir`.
  ///
  /// - Returns: Whether it was made.
  @discardableResult
  static func makeFolder(_ path: String) throws(SwarmError) -> Bool {
    do {
      try systemCall { mkdir(path, folderMode) }
    } catch {
      if error.number == EEXIST {
        if statusFollowingLinks(path)?.kind == .folder { return false }
        throw SwarmError(
          .io, "\(path) is in the way: a folder belongs there", path: path, underlying: error.text)
      }
      throw error.describing("make the folder", path)
    }
    try systemCall("set the mode of", path) { chmod(path, folderMode) }
    return true
  }

  /// Makes a folder and those above it that are missing.
  static func makeFolders(_ path: String) throws(SwarmError) {
    if statusFollowingLinks(path)?.kind == .folder { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeFolders(String(path[..<slash]))
    }
    try makeFolder(path)
  }
}

/// An open descriptor, closed when the last reference goes.
final class Descriptor: Sendable {
  /// The descriptor's number.
  let number: Int32
  private let isOpen: AtomicFlag

  /// Takes over an open descriptor.
  init(_ number: Int32) {
    self.number = number
    isOpen = AtomicFlag(true)
  }

  /// Closes and reports what closing found out: close is a write error too.
  func close() throws(SystemError) {
    guard isOpen.exchange(false) else { return }
    #if canImport(Glibc)
      let result = Glibc.close(number)
    #else
      let result = Darwin.close(number)
    #endif
    // EINTR: the descriptor is closed all the same on Linux.
    if result == -1 && errno != EINTR { throw SystemError(number: errno) }
  }

  deinit { try? close() }
}
