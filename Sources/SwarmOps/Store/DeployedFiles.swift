/// The files in a folder of agents beside those that a manifest lists.
struct DeployedFiles {
  /// Listed and not there.
  private(set) var missing: [String] = []
  /// Listed, there, and not the file whose SHA-256 is listed.
  private(set) var changed: [String] = []
  /// There and not listed; what Python compiles by itself does not count.
  private(set) var unlisted: [String] = []

  private static let largestFile = 64 << 20

  /// Whether the folder holds exactly what is listed.
  var isExact: Bool { holdsAll && unlisted.isEmpty }
  /// Whether everything that is listed is there as it was deployed.
  var holdsAll: Bool { missing.isEmpty && changed.isEmpty }

  /// Compares.
  ///
  /// - Parameters:
  ///   - folder: The folder of agents; one that is missing holds nothing.
  ///   - manifest: What lists them.
  init(_ folder: String, listedBy manifest: SwarmManifest) throws(SwarmError) {
    var hashes: [JSONKey: String?] = [:]
    for file in manifest.listedFiles { hashes[JSONKey(file.path)] = file.sha256 }
    let entries =
      try FileSystem.status(folder)?.kind == .folder ? FolderTree.entries(of: folder) : []
    for entry in entries where entry.status.kind != .folder && !Self.isCompiled(entry.path.text) {
      let path = entry.path.text
      guard let expected = hashes.removeValue(forKey: JSONKey(path)) else {
        unlisted.append(path)
        continue
      }
      guard let expected else { continue }
      // A file that is too large to have been deployed is another one.
      let bytes = try? FileSystem.read(
        folder + "/" + entry.path, limit: Self.largestFile, followLinks: false)
      if bytes.map({ SHA256.hex(of: $0) }) != expected.lowercased() { changed.append(path) }
    }
    missing = hashes.keys.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a file below the agents is one that Python compiled by itself.
  static func isCompiled(_ path: String) -> Bool {
    path.hasSuffix(".pyc") || path.hasPrefix("__pycache__/") || path.contains("/__pycache__/")
  }
}
