import Foundation

@testable import SwarmOps

/// A folder of one test, removed with everything in it when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "swarmctl-test-" + UUID().uuidString.lowercased()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A path below the folder.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Writes a file, with the folders above it.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let path = self(name)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Everything below the folder: for each path what it is and, for files, the content.
  ///
  /// Equal before and after means that nothing changed.
  func snapshot(excluding excluded: String? = nil) throws -> [String: String] {
    var found: [String: String] = [:]
    for entry in try FolderTree.entries(of: path) {
      if let excluded, entry.path.hasPrefix(excluded) { continue }
      let full = self(entry.path.text)
      found[entry.path.text] =
        switch entry.status.kind {
        case .folder: "folder \(String(entry.status.permissions, radix: 8))"
        case .link:
          "link \((try? FileManager.default.destinationOfSymbolicLink(atPath: full)) ?? "")"
        case .other: "other"
        case .file:
          "file \(String(entry.status.permissions, radix: 8)) \(entry.status.size) "
            + Checksum(of: try FileSystem.read(full)).digits
        }
    }
    return found
  }

  deinit {
    // Tests take permissions away; removing needs them.
    try? FolderTree.remove(path)
  }
}
