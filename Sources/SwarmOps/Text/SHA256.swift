/// SHA-256 as FIPS 180-4 defines it.
package struct SHA256 {
  private var state: State
  /// The bytes of a block that is not full yet; always 64 long.
  private var pending: [UInt8]
  private var pendingCount = 0
  private var byteCount: UInt64 = 0

  /// Starts a digest of nothing.
  package init() {
    state = State()
    pending = [UInt8](repeating: 0, count: 64)
  }

  /// Adds bytes.
  ///
  /// - Parameter bytes: What follows what was added before.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var rest = bytes[...]
    if pendingCount > 0 {
      let taken = rest.prefix(64 - pendingCount)
      pending.replaceSubrange(pendingCount..<pendingCount + taken.count, with: taken)
      pendingCount += taken.count
      rest = rest.dropFirst(taken.count)
      guard pendingCount == 64 else { return }
      pending.withUnsafeBytes { state.absorb($0) }
      pendingCount = 0
    }
    let whole = rest.prefix(rest.count & ~63)
    state.absorb(UnsafeRawBufferPointer(rebasing: whole))
    rest = rest.dropFirst(whole.count)
    pending.replaceSubrange(0..<rest.count, with: rest)
    pendingCount = rest.count
  }

  /// Ends the digest; a new value is needed for another one.
  ///
  /// - Returns: The 32 bytes of the digest.
  package mutating func finalize() -> [UInt8] {
    let bitCount = byteCount &* 8
    var padding: [UInt8] = [0x80]
    padding += repeatElement(0, count: (119 - pendingCount) % 64)
    for shift in stride(from: 56, through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    padding.withUnsafeBytes { update($0) }
    return state.bytes
  }

  /// The digest of some bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: 64 hexadecimal digits in lower case.
  package static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return hex(digest.finalize())
  }

  /// The digest of some bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: 64 hexadecimal digits in lower case.
  package static func hex(of bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { hex(of: $0) }
  }

  /// Writes a digest as text.
  ///
  /// - Parameter digest: What ``finalize()`` returned.
  /// - Returns: Two hexadecimal digits in lower case for each byte.
  package static func hex(_ digest: [UInt8]) -> String {
    var text: [UInt8] = []
    for byte in digest {
      for digit in [byte >> 4, byte & 15] { text.append(digit + (digit < 10 ? 0x30 : 0x57)) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension SHA256 {
  /// The eight working words (FIPS 180-4, 5.3.3 and 6.2.2).
  private struct State {
    private var words: SIMD8<UInt32> = [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
      0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    var bytes: [UInt8] {
      words.indices.flatMap { index in
        stride(from: 24, through: 0, by: -8).map {
          UInt8(truncatingIfNeeded: words[index] >> UInt32($0))
        }
      }
    }

    /// Adds whole blocks of 64 bytes.
    mutating func absorb(_ blocks: UnsafeRawBufferPointer) {
      guard let base = blocks.baseAddress, blocks.count >= 64 else { return }
      SHA256.constants.withUnsafeBufferPointer { k in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
          guard let k = k.baseAddress, let w = w.baseAddress else { return }
          for block in stride(from: 0, to: blocks.count, by: 64) {
            compress(base + block, k, w)
          }
        }
      }
    }

    @inline(__always)
    private mutating func compress(
      _ block: UnsafeRawPointer, _ k: UnsafePointer<UInt32>, _ w: UnsafeMutablePointer<UInt32>
    ) {
      for index in 0..<16 {
        w[index] =
          UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))
      }
      for index in 16..<64 {
        let x = w[index &- 15]
        let y = w[index &- 2]
        let s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x &>> 3)
        let s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y &>> 10)
        w[index] = w[index &- 16] &+ s0 &+ w[index &- 7] &+ s1
      }
      var a = words[0]
      var b = words[1]
      var c = words[2]
      var d = words[3]
      var e = words[4]
      var f = words[5]
      var g = words[6]
      var h = words[7]
      // Eight rounds at a time: the words keep their variables and only the names turn.
      var index = 0
      while index < 64 {
        round(a, b, c, &d, e, f, g, &h, k[index] &+ w[index])
        round(h, a, b, &c, d, e, f, &g, k[index &+ 1] &+ w[index &+ 1])
        round(g, h, a, &b, c, d, e, &f, k[index &+ 2] &+ w[index &+ 2])
        round(f, g, h, &a, b, c, d, &e, k[index &+ 3] &+ w[index &+ 3])
        round(e, f, g, &h, a, b, c, &d, k[index &+ 4] &+ w[index &+ 4])
        round(d, e, f, &g, h, a, b, &c, k[index &+ 5] &+ w[index &+ 5])
        round(c, d, e, &f, g, h, a, &b, k[index &+ 6] &+ w[index &+ 6])
        round(b, c, d, &e, f, g, h, &a, k[index &+ 7] &+ w[index &+ 7])
        index &+= 8
      }
      words &+= SIMD8(a, b, c, d, e, f, g, h)
    }

    @inline(__always)
    private func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 {
      x &>> count | x &<< (32 &- count)
    }

    @inline(__always)
    private func round(
      _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
      _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ input: UInt32
    ) {
      let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let t1 = h &+ s1 &+ (g ^ (e & (f ^ g))) &+ input
      let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      d = d &+ t1
      h = t1 &+ s0 &+ ((a & b) | (c & (a | b)))
    }
  }

  /// The round constants (FIPS 180-4, 4.2.2); literals only, so the compiler lays them out.
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
    0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
    0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
    0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
    0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
    0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
    0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
