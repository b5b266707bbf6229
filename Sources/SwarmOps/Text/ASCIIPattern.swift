/// A word of ASCII to look for in the raw text of JSON, in any case.
struct ASCIIPattern {
  private let lower: [UInt8]

  /// Makes a pattern; `nil` of a word whose JSON text may differ from it.
  ///
  /// - Parameter word: A word in lower case.
  init?(_ word: String) {
    let bytes = Array(word.utf8)
    // Quotes and backslashes are written as escapes.
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 < 0x80 && $0 != 0x22 && $0 != 0x5C }) else {
      return nil
    }
    lower = bytes
  }

  /// Whether every pattern may occur in a piece of JSON; `false` is certain.
  ///
  /// - Parameters:
  ///   - patterns: The patterns.
  ///   - bytes: The text.
  ///   - range: The piece.
  static func mayOccur(_ patterns: [ASCIIPattern], in bytes: [UInt8], _ range: Range<Int>) -> Bool {
    if patterns.isEmpty { return true }
    return bytes.withUnsafeBufferPointer { bytes in
      let piece = UnsafeBufferPointer(rebasing: bytes[range])
      // Escapes hide letters, and a few others have ASCII letters as their lower case.
      if piece.contains(where: { $0 >= 0x80 || $0 == 0x5C }) { return true }
      return patterns.allSatisfy { $0.occurs(in: piece) }
    }
  }

  private func occurs(in piece: UnsafeBufferPointer<UInt8>) -> Bool {
    guard piece.count >= lower.count else { return false }
    return lower.withUnsafeBufferPointer { lower in
      let first = lower[0]
      for start in 0...(piece.count - lower.count) where Self.lowered(piece[start]) == first {
        var index = 1
        while index < lower.count, Self.lowered(piece[start + index]) == lower[index] { index += 1 }
        if index == lower.count { return true }
      }
      return false
    }
  }

  @inline(__always)
  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
