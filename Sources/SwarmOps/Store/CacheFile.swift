/// A JSON file under `.swarmctl/cache` that can be computed again at any time.
///
/// Losing one costs time, never correctness: unreadable content reads as nothing, and a cache that
/// cannot be written is simply not written.
enum CacheFile {
  /// The file's object, or `nil` where it is missing or not what was written.
  static func read(_ path: String) -> JSONObject? {
    guard let bytes = try? FileSystem.readIfPresent(path) else { return nil }
    return (try? JSONValue.parse(bytes))?.object
  }

  /// Replaces the file by rename.
  static func write(_ path: String, _ object: JSONObject, layout: SwarmLayout) {
    write(path, JSONValue.object(object).serialized(), layout: layout)
  }

  /// Replaces a file of another form by rename.
  static func write(_ path: String, _ content: [UInt8], layout: SwarmLayout) {
    do throws(SwarmError) {
      // Not for a root that does not exist: looking at nothing must not make anything.
      guard try FileSystem.status(layout.root) != nil else { return }
      let staging = try StagingFolder.make(in: layout.staging)
      let temporary = staging.path + "/cache"
      try FileSystem.create(temporary, content, sync: false)
      try FileChanges.replaceCache(path, with: temporary)
    } catch {}
  }
}
