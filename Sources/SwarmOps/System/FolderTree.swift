#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole folders: walking, copying, removing.
///
/// Symbolic links are never followed.
enum FolderTree {
  /// The files and folders below a folder.
  struct Entry {
    /// The path from the folder, such as `notes/a.txt`.
    let path: String
    /// What is there.
    let status: FileStatus
  }

  /// Everything below a folder, a folder before what is in it, otherwise in name order.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - restoringAccess: Whether files and folders that their owner may not use are made usable,
  ///     the folder included; for what an agent left in a copy of ours.
  static func entries(of folder: String, restoringAccess: Bool = false) throws(SwarmError)
    -> [Entry]
  {
    var found: [Entry] = []
    if restoringAccess, let status = try FileSystem.status(folder) { restoreAccess(folder, status) }
    try collect(folder, prefix: "", restoringAccess, into: &found)
    return found
  }

  private static func restoreAccess(_ path: String, _ status: FileStatus) {
    switch status.kind {
    case .folder where status.permissions & 0o700 != 0o700:
      _ = chmod(path, FileSystem.folderMode)
    case .file where status.permissions & 0o600 != 0o600:
      _ = chmod(path, FileSystem.fileMode)
    default: break
    }
  }

  private static func collect(
    _ folder: String, prefix: String, _ restoringAccess: Bool, into found: inout [Entry]
  ) throws(SwarmError) {
    for name in try FileSystem.list(folder).sorted() {
      let path = folder + "/" + name
      guard let status = try FileSystem.status(path) else {
        // Gone meanwhile, or there under a name that is no text and cannot be used: not passed over,
        // or it would be lost where the whole folder is replaced.
        if name.contains("\u{FFFD}") { found.append(Entry(path: prefix + name, status: .unknown)) }
        continue
      }
      if restoringAccess { restoreAccess(path, status) }
      found.append(Entry(path: prefix + name, status: status))
      if status.kind == .folder {
        try collect(path, prefix: prefix + name + "/", restoringAccess, into: &found)
      }
    }
  }

  /// Removes a folder with everything in it, or a file.
  ///
  /// Nothing there is no error.
  static func remove(_ path: String) throws(SwarmError) {
    guard let status = try FileSystem.status(path) else { return }
    if status.kind == .folder {
      try FolderRemoval.remove(path)
    } else {
      try FileSystem.removeFile(path)
    }
  }

  /// Copies a folder with everything in it.
  ///
  /// - Parameters:
  ///   - source: The folder; made usable where its owner may not use what is in it.
  ///   - target: The copy, which must not exist.
  /// - Throws: ``SwarmError/Code/refused`` where anything is neither a file nor a folder.
  static func copy(_ source: String, to target: String) throws(SwarmError) {
    func refuse(_ path: String) -> SwarmError {
      SwarmError(
        .refused, "\(path) is neither a file nor a folder; nothing was changed",
        hint: "only files and folders can be kept beside memory.json", path: path)
    }
    guard try FileSystem.status(source)?.kind == .folder else { throw refuse(source) }
    try FileSystem.makeFolder(target)
    for entry in try entries(of: source, restoringAccess: true) {
      switch entry.status.kind {
      case .folder: try FileSystem.makeFolder(target + "/" + entry.path)
      case .file: try copyFile(source + "/" + entry.path, to: target + "/" + entry.path)
      case .link, .other: throw refuse(entry.path)
      }
    }
  }

  /// Copies a regular file to a new file of mode 0600, inside the kernel where it can.
  ///
  /// The copy gets the source's time of change, or an older one where that is very young: so a
  /// write to the copy always shows in its time, however coarse the kernel's clock.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - target: The copy, which must not exist.
  ///   - mode: The copy's mode.
  ///   - keepsTime: Whether the copy's time is the source's, however young.
  /// - Returns: The status of the source as it was copied, and of the copy.
  @discardableResult
  static func copyFile(
    _ source: String, to target: String, mode: mode_t = FileSystem.fileMode, keepsTime: Bool = false
  ) throws(SwarmError) -> (source: FileStatus, copy: FileStatus) {
    do {
      let input = try FileSystem.open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      let status = try FileSystem.status(of: input.number, path: source)
      guard status.kind == .file else {
        throw SwarmError(.io, "\(source) is not a regular file", path: source)
      }
      let output: Descriptor
      do {
        output = try FileSystem.open(target, O_WRONLY | O_CREAT | O_EXCL)
        try systemCall { fchmod(output.number, mode) }
        try copyContent(input.number, output.number)
        let latest = keepsTime ? Int64.max : Timestamp.nanoseconds() - 1_000_000_000
        try setTime(output.number, min(status.modified, latest))
      } catch let error as SystemError {
        throw error.describing("write", target)
      }
      let copy = try FileSystem.status(of: output.number, path: target)
      try output.close()
      return (status, copy)
    } catch let error as SystemError {
      throw error.describing("copy", source)
    } catch let error as SwarmError {
      throw error
    } catch {
      throw SwarmError(.internalError, "copying \(source): \(error)")
    }
  }

  private static func setTime(_ descriptor: Int32, _ nanoseconds: Int64) throws(SystemError) {
    let (seconds, rest) = (max(0, nanoseconds) / 1_000_000_000, max(0, nanoseconds) % 1_000_000_000)
    let times = [timespec](
      repeating: timespec(tv_sec: time_t(seconds), tv_nsec: Int(rest)), count: 2)
    try systemCall { futimens(descriptor, times) }
  }

  private static func copyContent(_ input: Int32, _ output: Int32) throws {
    while let copied = PlatformCalls.copyFileRange(from: input, to: output, count: 1 << 30) {
      if copied == 0 { break }
    }
    // What is left: everything where the kernel could not, nothing otherwise.
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try systemCall { read(input, &buffer, buffer.count) }
      if count == 0 { return }
      try FileSystem.writeAll(output, Array(buffer[..<count]))
    }
  }
}
