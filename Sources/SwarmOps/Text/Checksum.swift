/// A 64-bit checksum that tells accidental changes, at memory speed; no protection against anybody.
///
/// FNV-1a over words of eight bytes with a mixing shift.
struct Checksum: Equatable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  init() {}

  /// The checksum of some bytes, taken in at once.
  init(of bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Takes in bytes; where they are cut into calls matters.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var state = state
    var offset = 0
    while offset + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      state = (state ^ word) &* 0x100_0000_01b3
      state ^= state >> 32
      offset += 8
    }
    for byte in bytes[offset...] { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    self.state = (state ^ UInt64(bytes.count)) &* 0x100_0000_01b3
  }

  /// The checksum in hexadecimal digits.
  var digits: String { String(state, radix: 16) }
}
