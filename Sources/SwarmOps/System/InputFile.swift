/// Reading what a person hands in: files by path, and standard input.
package enum InputFile {
  /// The whole content of a file.
  ///
  /// - Parameters:
  ///   - path: The file; symbolic links are followed.
  ///   - limit: The most bytes to accept.
  /// - Returns: The bytes.
  /// - Throws: ``SwarmError/Code/noSuchFile``, ``SwarmError/Code/badData`` past the limit,
  ///   ``SwarmError/Code/io``.
  package static func read(_ path: String, limit: Int) throws(SwarmError) -> [UInt8] {
    if FileSystem.statusFollowingLinks(path)?.kind == .other {
      // A FIFO or a shell's `<(…)`: its size says nothing.
      let file: Descriptor
      do throws(SystemError) {
        file = try FileSystem.open(path, 0)
      } catch {
        throw error.describing("read", path)
      }
      return try FileSystem.readToEnd(file.number, path: path, limit: limit)
    }
    return try FileSystem.read(path, limit: limit)
  }

  /// Everything on standard input.
  ///
  /// - Parameter limit: The most bytes to accept.
  /// - Returns: The bytes.
  /// - Throws: ``SwarmError/Code/badData`` past the limit, ``SwarmError/Code/io``.
  package static func standardInput(limit: Int) throws(SwarmError) -> [UInt8] {
    try FileSystem.readToEnd(0, path: "standard input", limit: limit)
  }
}
