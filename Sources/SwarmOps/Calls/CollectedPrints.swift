import Synchronization

/// What a call has printed on another thread and nobody was told yet.
final class CollectedPrints: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  /// Adds bytes.
  func append(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0 += more } }

  /// Takes all bytes.
  func remove() -> [UInt8] {
    bytes.withLock { bytes in
      let all = bytes
      bytes = []
      return all
    }
  }
}
