/// How much memory a swarm holds, from the file system alone.
package struct SwarmUsage: Sendable, Equatable {
  /// Users with memory, `shared` not counted.
  package var users = 0
  /// Bytes of all memory files, `shared` included.
  package var bytes = 0
  /// Last change of any memory, in nanoseconds since 1970, or `nil` where there is none.
  package var lastUse: Int64?
  /// Whether calls without a user have left memory.
  package var hasShared = false

  /// Adds up one swarm.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Throws: ``SwarmError/Code/io`` where the memory cannot be read.
  package init(of swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    var usage = (users: 0, bytes: 0, last: Int64(0), hasShared: false)
    try NamespaceScan.forEach(in: swarm, layout: layout) { item throws(SwarmError) in
      if item.modified > 0 {
        if case .user? = item.namespace { usage.users += 1 }
        if case .shared? = item.namespace { usage.hasShared = true }
      }
      usage.bytes = usage.bytes.addingSaturated(item.bytes)
      usage.last = max(usage.last, item.modified)
      return true
    }
    users = usage.users
    bytes = usage.bytes
    lastUse = usage.last == 0 ? nil : usage.last
    hasShared = usage.hasShared
  }
}
