/// Passes on what the agents of children print.
final class PrintRelay {
  /// What a pipe surely takes at once (`PIPE_BUF`), where it might not take more.
  private static let pipeSize = 4096

  private let descriptor: Int32?
  private let onPrint: @Sendable (UnsafeRawBufferPointer) -> Void
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)

  /// Prepares to pass prints on.
  ///
  /// - Parameters:
  ///   - descriptor: What `onPrint` writes to, if it does.
  ///   - onPrint: Called with what has no place of its own.
  init(
    descriptor: Int32?, onPrint: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) {
    (self.descriptor, self.onPrint) = (descriptor, onPrint)
  }

  /// Passes on what a child has printed.
  ///
  /// - Parameters:
  ///   - child: The child.
  ///   - own: Called with it first; says whether that call's prints have a place of their own.
  func relay(_ child: WarmChild, own: (QueuedCall, UnsafeRawBufferPointer) -> Bool) {
    guard child.outputDescriptor != -1 else { return }
    let most = descriptor == nil ? chunk.count : Self.pipeSize
    while Pipe.isReadable(child.outputDescriptor) {
      // A reader of prints that stands still holds up those who print, and nobody else.
      if let descriptor, !Pipe.isWritable(descriptor) { return }
      let count = child.readOutput(into: &chunk, most: most)
      if count == 0 { return }
      chunk.withUnsafeBytes {
        let bytes = UnsafeRawBufferPointer(rebasing: $0[..<count])
        if child.sent.first.map({ own($0, bytes) }) != true { onPrint(bytes) }
      }
      if count < most { return }
    }
  }
}
