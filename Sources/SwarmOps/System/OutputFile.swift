#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writing what a person asked for to a path of theirs.
public enum OutputFile {
  /// Puts a whole file in place, mode 0600, by a temporary file beside it and a rename.
  ///
  /// - Parameters:
  ///   - path: The file; replaced where it exists.
  ///   - bytes: Its content.
  /// - Throws: ``SwarmError/Code/io``; then the path is as it was.
  public static func replace(_ path: String, _ bytes: [UInt8]) throws(SwarmError) {
    if let status = FileSystem.statusFollowingLinks(path), status.kind != .file {
      // A device or FIFO that the person named, such as /dev/stdout, is written, not replaced.
      guard status.kind == .other else {
        throw SwarmError(.io, "\(path) is a folder", hint: "name a file", path: path)
      }
      do throws(SystemError) {
        let file = try FileSystem.open(path, O_WRONLY)
        try FileSystem.writeAll(file.number, bytes)
        try file.close()
      } catch {
        throw error.describing("write", path)
      }
      return
    }
    let temporary = "\(path).\(getpid()).tmp"
    do throws(SwarmError) {
      try FileSystem.create(temporary, bytes, sync: true)
      try FileSystem.rename(temporary, to: path)
    } catch {
      try? FileSystem.removeFile(temporary)
      throw error
    }
  }
}
