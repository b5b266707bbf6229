/// Takes files and folders away in one rename each, all of them or none, and deletes them after.
///
/// What was taken lies in a staging folder until ``finish()``; a crash in between leaves it to the
/// next sweep. Links are taken themselves; what they lead to is never touched.
final class Removal {
  private let staging: StagingFolder
  private var taken: [(from: String, to: String)] = []
  private var changedFolders: Set<String> = []

  init(layout: SwarmLayout) throws(SwarmError) {
    staging = try StagingFolder.make(in: layout.staging)
  }

  /// The staging folder's path, so that a search can leave it out.
  var path: String { staging.path }

  /// Takes one away.
  func take(_ path: String) throws(SwarmError) {
    let target = "\(staging.path)/\(taken.count)"
    try FileSystem.rename(path, to: target)
    taken.append((path, target))
    if let slash = path.lastIndex(of: "/") { changedFolders.insert(String(path[..<slash])) }
  }

  /// Makes the taking durable.
  func sync() throws(SwarmError) {
    for folder in changedFolders { try FileSystem.sync(folder) }
  }

  /// Puts everything back.
  func undo() {
    for (from, to) in taken.reversed() { try? FileSystem.rename(to, to: from) }
    for folder in changedFolders { try? FileSystem.sync(folder) }
    taken = []
  }

  /// Deletes what was taken, for good.
  func finish() throws(SwarmError) { try staging.remove() }
}
