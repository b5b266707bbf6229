#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Compares files piece by piece: the first difference ends it, and memory use does not grow.
enum FileComparison {
  private static let pieceSize = 1 << 16

  /// Whether two regular files hold the same bytes; a file that is not there is like no other.
  ///
  /// Links are not followed. The C function is `read`.
  ///
  /// - Throws: ``SwarmError/Code/io`` where one cannot be read.
  static func haveSameContent(_ first: some SystemPath, _ second: some SystemPath)
    throws(SwarmError) -> Bool
  {
    guard let one = try open(first), let other = try open(second) else { return false }
    var pieces = (
      [UInt8](repeating: 0, count: pieceSize), [UInt8](repeating: 0, count: pieceSize)
    )
    while true {
      let count = try fill(&pieces.0, from: one, path: first)
      guard try fill(&pieces.1, from: other, path: second) == count else { return false }
      if count == 0 { return true }
      if memcmp(pieces.0, pieces.1, count) != 0 { return false }
    }
  }

  private static func open(_ path: some SystemPath) throws(SwarmError) -> Descriptor? {
    do {
      return try FileSystem.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return nil }
      throw error.describing("read", path)
    }
  }

  /// Reads until the piece is full or the file ends.
  private static func fill(_ piece: inout [UInt8], from file: Descriptor, path: some SystemPath)
    throws(SwarmError) -> Int
  {
    var filled = 0
    while filled < pieceSize {
      let count = try systemCall("read", path.text) {
        piece.withUnsafeMutableBytes {
          read(file.number, $0.baseAddress?.advanced(by: filled), pieceSize - filled)
        }
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}
