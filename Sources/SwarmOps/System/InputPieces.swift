#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a person hands in, read piece by piece.
package struct InputPieces: Sendable {
  private static let pieceSize = 1 << 18

  private let file: Descriptor?
  private let number: Int32
  private let path: String

  /// Standard input.
  package static let standardInput = InputPieces(file: nil, number: 0, path: "standard input")

  private init(file: Descriptor?, number: Int32, path: String) {
    (self.file, self.number, self.path) = (file, number, path)
  }

  /// Opens a file, or a FIFO or device that the person named; symbolic links are followed.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``SwarmError/Code/noSuchFile``, ``SwarmError/Code/io``.
  package init(path: String) throws(SwarmError) {
    let file: Descriptor
    do throws(SystemError) {
      file = try FileSystem.open(path, O_RDONLY)
    } catch {
      guard error.isMissing else { throw error.describing("read", path) }
      throw SwarmError(.noSuchFile, "\(path) does not exist", path: path)
    }
    guard try FileSystem.status(of: file.number, path: path).kind != .folder else {
      throw SwarmError(.io, "\(path) is not a regular file", path: path)
    }
    self.init(file: file, number: file.number, path: path)
  }

  /// The next bytes; none at the end.
  ///
  /// - Throws: ``SwarmError/Code/io``.
  package func next() throws(SwarmError) -> [UInt8] {
    try FileSystem.readSome(number, path: path, count: Self.pieceSize)
  }
}
