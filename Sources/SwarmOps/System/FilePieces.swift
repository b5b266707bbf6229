/// Reading regular files piece by piece: memory use does not grow with the file.
enum FilePieces {
  /// Calls `body` with the content, each piece but the last as long as the others; an empty file is
  /// one empty piece.
  ///
  /// - Parameters:
  ///   - path: A regular file; links are not followed.
  ///   - size: The bytes of a piece.
  ///   - body: Takes a piece.
  /// - Throws: ``SwarmError/Code/noSuchFile``, ``SwarmError/Code/io``, or what `body` throws.
  static func forEach(
    of path: some SystemPath, size: Int, _ body: ([UInt8]) throws(SwarmError) -> Void
  ) throws(SwarmError) {
    guard let file = try FileSystem.openForReading(path) else {
      throw SwarmError(.noSuchFile, "\(path.text) does not exist", path: path.text)
    }
    guard try FileSystem.status(of: file.number, path: path).kind == .file else {
      throw SwarmError(.io, "\(path.text) is not a regular file", path: path.text)
    }
    var piece: [UInt8] = []
    while true {
      let part = try FileSystem.readSome(file.number, path: path, count: size - piece.count)
      piece = piece.isEmpty ? part : piece + part
      if piece.count == size || part.isEmpty {
        try body(piece)
        if part.isEmpty { return }
        piece.removeAll()
      }
    }
  }
}
