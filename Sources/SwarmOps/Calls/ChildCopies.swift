/// The copies of memory that children work on: in memory where there is room, on disk otherwise.
final class ChildCopies {
  private let staging: StagingFolder
  /// Where copies are kept in memory, or `nil` for ``staging``.
  private let volatileStaging: StagingFolder?
  private var number = 0

  /// Makes the place for them.
  ///
  /// - Parameters:
  ///   - layout: The root.
  ///   - isOnDisk: Whether none is kept in memory.
  ///   - staging: The place on disk.
  init(layout: SwarmLayout, isOnDisk: Bool, staging: StagingFolder) {
    self.staging = staging
    volatileStaging = isOnDisk ? nil : VolatileStaging.make(for: layout)
  }

  /// Makes the copy of a new child.
  ///
  /// - Parameters:
  ///   - key: The namespace.
  ///   - content: Its memory, or `nil` for none.
  ///   - isFenced: Whether its agents need a folder of their own for temporary files.
  func make(of key: NamespaceKey, _ content: [UInt8]?, isFenced: Bool) throws(SwarmError)
    -> ChildCopy
  {
    number += 1
    return try ChildCopy(
      "\(place(for: content?.count ?? 0).path)/\(number)", of: key, content: content,
      temporary: isFenced ? "\(staging.path)/tmp-\(number)" : nil)
  }

  private func place(for size: Int) -> StagingFolder {
    guard let volatileStaging, size <= VolatileStaging.largestMemory,
      VolatileStaging.hasRoom(volatileStaging.path)
    else { return staging }
    return volatileStaging
  }

  /// Removes what is kept in memory.
  func close() {
    if let volatileStaging { try? VolatileStaging.remove(volatileStaging) }
  }
}
