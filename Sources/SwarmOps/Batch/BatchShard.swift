/// One of several equal parts of all namespaces, so that several processes or machines can each take
/// a part of the same input.
package struct BatchShard: Sendable, Equatable {
  /// Which part, counted from 1.
  package let index: Int
  /// How many parts.
  package let count: Int

  /// Names a part.
  ///
  /// - Parameters:
  ///   - index: Which part, from 1 to `count`.
  ///   - count: How many parts, at least 1.
  package init?(index: Int, count: Int) {
    guard count >= 1, (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// Whether this is the part that answers lines which belong to no memory.
  var isFirst: Bool { index == 1 }

  /// Whether a namespace is in this part.
  ///
  /// The same on every machine and for ever: FNV-1a, 64 bits, of swarm and folder name, modulo the
  /// number of parts.
  func holds(_ swarm: GUID, _ namespace: Namespace) -> Bool {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(swarm)/\(namespace.folderName)".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return hash % UInt64(count) == UInt64(index - 1)
  }
}
