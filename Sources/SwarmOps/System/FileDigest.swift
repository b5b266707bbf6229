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
    try FilePieces.forEach(of: path, size: pieceSize) { piece in
      piece.withUnsafeBytes { checksum.update($0) }
    }
    return checksum
  }

  /// The size and the SHA-256, in hexadecimal, of a regular file's content; links are not followed.
  ///
  /// - Throws: ``SwarmError/Code/noSuchFile``, ``SwarmError/Code/io``.
  static func sha256(_ path: some SystemPath) throws(SwarmError) -> (bytes: Int, digest: String) {
    var (hash, bytes) = (SHA256(), 0)
    try FilePieces.forEach(of: path, size: pieceSize) { piece in
      piece.withUnsafeBytes { hash.update($0) }
      bytes += piece.count
    }
    return (bytes, SHA256.hex(hash.finalize()))
  }
}
