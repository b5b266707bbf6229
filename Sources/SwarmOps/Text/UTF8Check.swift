/// Checks UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing past U+10FFFF.
enum UTF8Check {
  /// Length in bytes of the valid sequence at `p`, whose first byte is not ASCII; 0 if invalid.
  ///
  /// - Parameters:
  ///   - p: The first byte, before `end`.
  ///   - end: One past the last byte that may be read.
  /// - Returns: 2, 3 or 4, or 0 for anything else.
  @inline(__always)
  static func sequenceLength(_ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
    let first = p[0]
    if end - p >= 4 {
      // One load for the whole sequence: little-endian, so the first byte is the lowest.
      let word = UInt32(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt32.self))
      if first < 0xE0 {
        return first >= 0xC2 && word & 0xC000 == 0x8000 ? 2 : 0
      }
      if first < 0xF0 {
        guard word & 0xC0C000 == 0x808000 else { return 0 }
        // The bits that decide: low four of the first byte, bit 5 of the second.
        let deciding = word & 0x200F
        return deciding != 0 && deciding != 0x200D ? 3 : 0
      }
      guard word & 0xC0C0_C000 == 0x8080_8000 else { return 0 }
      return isInPlane(first, p[1]) ? 4 : 0
    }
    return sequenceLengthNearEnd(p, end)
  }

  /// The same for an offset into a buffer.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - offset: Where the sequence starts, before the end.
  /// - Returns: 2, 3 or 4, or 0 for anything else.
  static func sequenceLength(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
    return sequenceLength(base + offset, base + bytes.count)
  }

  private static func sequenceLengthNearEnd(
    _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int {
    let first = p[0]
    let available = end - p
    guard available >= 2, p[1] & 0xC0 == 0x80 else { return 0 }
    if first < 0xE0 { return first >= 0xC2 ? 2 : 0 }
    guard available >= 3, p[2] & 0xC0 == 0x80, first < 0xF0 else { return 0 }
    if first == 0xE0 && p[1] < 0xA0 || first == 0xED && p[1] > 0x9F { return 0 }
    return 3
  }

  /// Whether a four-byte sequence stands for U+10000 to U+10FFFF.
  @inline(__always)
  private static func isInPlane(_ first: UInt8, _ second: UInt8) -> Bool {
    switch first {
    case 0xF0: second >= 0x90
    case 0xF1...0xF3: true
    case 0xF4: second <= 0x8F
    default: false
    }
  }
}
