/// Checksums of files, read piece by piece: memory use does not grow with the file.
enum FileDigest {
  private static let pieceSize = 1 << 18

  /// A quick checksum of a regular file's content; links are not followed.
  ///
  /// Comparable only with others of this function.
  ///
  /// - Throws: ``SwarmError/Code/noSuchFile``, ``SwarmError/Code/io``.
  static func checksum(_ path: some SystemPath) throws(SwarmError) -> Checksum {
    var checksum = Checksum()
    try forEachPiece(path) { checksum.update($0) }
    return checksum
  }

  /// The size and the SHA-256, in hexadecimal, of a regular file's content; links are not followed.
  ///
  /// - Throws: ``SwarmError/Code/noSuchFile``, ``SwarmError/Code/io``.
  static func sha256(_ path: some SystemPath) throws(SwarmError) -> (bytes: Int, digest: String) {
    var (hash, bytes) = (SHA256(), 0)
    try forEachPiece(path) { piece in
      hash.update(piece)
      bytes += piece.count
    }
    return (bytes, SHA256.hex(hash.finalize()))
  }

  /// Calls `body` with the content, each piece but the last as long as the others.
  private static func forEachPiece(
    _ path: some SystemPath, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SwarmError) {
    guard let file = try FileSystem.openForReading(path) else {
      throw SwarmError(.noSuchFile, "\(path.text) does not exist", path: path.text)
    }
    guard try FileSystem.status(of: file.number, path: path).kind == .file else {
      throw SwarmError(.io, "\(path.text) is not a regular file", path: path.text)
    }
    var piece: [UInt8] = []
    while true {
      let part = try FileSystem.readSome(file.number, path: path, count: pieceSize - piece.count)
      piece = piece.isEmpty ? part : piece + part
      if piece.count == pieceSize || part.isEmpty {
        piece.withUnsafeBytes(body)
        if part.isEmpty { return }
        piece.removeAll(keepingCapacity: true)
      }
    }
  }
}
