#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writing what a person asked for to a path of theirs.
package enum OutputFile {
  /// Whether a path names a plain file with something in it, which writing would destroy.
  package static func holdsSomething(_ path: String) -> Bool {
    guard let status = FileSystem.statusFollowingLinks(path) else { return false }
    return status.kind == .file && status.size > 0
  }

  /// Takes the next bytes of a file.
  package typealias Sink = ([UInt8]) throws(SwarmError) -> Void

  /// Puts a whole file in place, mode 0600, by a temporary file beside it and a rename.
  ///
  /// - Parameters:
  ///   - path: The file; replaced where it exists.
  ///   - bytes: Its content.
  /// - Throws: ``SwarmError/Code/io``; then the path is as it was.
  package static func replace(_ path: String, _ bytes: [UInt8]) throws(SwarmError) {
    try replace(path) { sink throws(SwarmError) in try sink(bytes) }
  }

  /// Puts a file that is written piece by piece in place, as ``replace(_:_:)`` does.
  ///
  /// - Parameters:
  ///   - path: The file; replaced where it exists.
  ///   - body: Gives the content to the sink that it is called with.
  /// - Throws: ``SwarmError/Code/io``, or what `body` throws; then the path is as it was.
  package static func replace(_ path: String, _ body: (Sink) throws(SwarmError) -> Void)
    throws(SwarmError)
  {
    if let status = FileSystem.statusFollowingLinks(path), status.kind != .file {
      // A device or FIFO that the person named, such as /dev/stdout, is written, not replaced.
      guard status.kind == .other else {
        throw SwarmError(.io, "\(path) is a folder", hint: "name a file", path: path)
      }
      return try write(path, O_WRONLY, isDurable: false, body)
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard FileSystem.statusFollowingLinks(folder)?.kind == .folder else {
      throw SwarmError(
        .io, "cannot write \(path): there is no folder \(folder)", hint: "make the folder first",
        path: path)
    }
    let temporary = "\(path).\(getpid()).tmp"
    do throws(SwarmError) {
      try write(temporary, O_WRONLY | O_CREAT | O_EXCL, isDurable: true, body)
      try FileSystem.rename(temporary, to: path)
    } catch {
      try? FileSystem.removeFile(temporary)
      throw error
    }
  }

  private static func write(
    _ path: String, _ flags: Int32, isDurable: Bool, _ body: (Sink) throws(SwarmError) -> Void
  ) throws(SwarmError) {
    func described<Result>(_ step: () throws(SystemError) -> Result) throws(SwarmError) -> Result {
      do throws(SystemError) { return try step() } catch { throw error.describing("write", path) }
    }
    let file = try described { () throws(SystemError) in try FileSystem.open(path, flags) }
    if isDurable {
      try described { () throws(SystemError) in
        _ = try systemCall { fchmod(file.number, FileSystem.fileMode) }
      }
    }
    try body { bytes throws(SwarmError) in
      try described { () throws(SystemError) in try FileSystem.writeAll(file.number, bytes) }
    }
    try described { () throws(SystemError) in
      if isDurable { _ = try systemCall { fsync(file.number) } }
      try file.close()
    }
  }
}
