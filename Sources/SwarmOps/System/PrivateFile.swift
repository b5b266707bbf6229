#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that only this user can read, in a folder of its own outside the root.
package struct PrivateFile: Sendable {
  /// The file's path.
  package let path: String
  private let folder: String

  /// Makes the folder.
  ///
  /// - Parameters:
  ///   - place: Where, such as the folder of temporary files.
  ///   - name: The file's name.
  /// - Throws: ``SwarmError/Code/io``.
  package init(in place: String, name: String) throws(SwarmError) {
    folder = "\(place)/swarmctl-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    path = folder + "/" + name
    try FileSystem.makeFolder(folder)
  }

  /// Writes the file, which must not be there yet.
  package func write(_ bytes: [UInt8]) throws(SwarmError) {
    try FileSystem.create(path, bytes, sync: false)
  }

  /// Reads the file, whoever wrote it last.
  package func read() throws(SwarmError) -> [UInt8] { try FileSystem.read(path) }

  /// Takes file and folder away.
  package func remove() { try? FolderTree.remove(folder) }
}
