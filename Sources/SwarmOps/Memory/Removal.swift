/// Takes files and folders away in one rename each, all of them or none, and deletes them after.
///
/// What was taken lies in a staging folder until ``finish()``; a crash in between leaves it to the
/// next sweep. Links are taken themselves; what they lead to is never touched.
final class Removal {
  private let staging: StagingFolder
  private let changes = FileChanges()
  private var count = 0

  init(layout: SwarmLayout) throws(SwarmError) {
    staging = try StagingFolder.make(in: layout.staging)
  }

  /// The staging folder's path, so that a search can leave it out.
  var path: String { staging.path }

  /// Takes one away.
  func take(_ path: String) throws(SwarmError) {
    try changes.remove(path, to: "\(staging.path)/\(count)")
    count += 1
  }

  /// Makes the taking durable, or puts everything back.
  func sync() throws(SwarmError) { try changes.commit() }

  /// Puts everything back.
  func undo() { changes.undo() }

  /// Deletes what was taken, for good.
  func finish() throws(SwarmError) { try staging.remove() }
}
