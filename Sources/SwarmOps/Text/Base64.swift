/// Base64 of RFC 4648 with padding, for bytes that are no text.
enum Base64 {
  fileprivate static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Writes bytes.
  static func encode(_ bytes: [UInt8]) -> String {
    let padding = UInt8(ascii: "=")
    let length = (bytes.count + 2) / 3 * 4
    return String(unsafeUninitializedCapacity: length) { text in
      var start = 0
      var place = 0
      while start < bytes.count {
        let left = bytes.count - start
        var word = UInt32(bytes[start]) << 16
        if left > 1 { word |= UInt32(bytes[start + 1]) << 8 }
        if left > 2 { word |= UInt32(bytes[start + 2]) }
        text[place] = alphabet[Int(word >> 18)]
        text[place + 1] = alphabet[Int(word >> 12 & 63)]
        text[place + 2] = left > 1 ? alphabet[Int(word >> 6 & 63)] : padding
        text[place + 3] = left > 2 ? alphabet[Int(word & 63)] : padding
        start += 3
        place += 4
      }
      return length
    }
  }

  /// Reads bytes; `nil` where the text is not Base64 with its padding.
  static func decode(_ text: String) -> [UInt8]? {
    var decoder = Decoder()
    guard let bytes = decoder.decode(Array(text.utf8)), decoder.isComplete else { return nil }
    return bytes
  }

  /// Reads a text that comes in pieces.
  struct Decoder {
    private static let values: [UInt8] = {
      var values = [UInt8](repeating: 255, count: 256)
      for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
      return values
    }()

    private var word: UInt32 = 0
    private var bits: UInt32 = 0
    private var digits = 0
    private var padding = 0

    /// Whether what was read so far is a whole text, padding included.
    var isComplete: Bool { (digits + padding) % 4 == 0 && padding <= 2 }

    /// Reads the next piece; `nil` where it is not Base64.
    mutating func decode(_ piece: [UInt8]) -> [UInt8]? {
      let values = Self.values
      var bytes: [UInt8] = []
      bytes.reserveCapacity(piece.count / 4 * 3 + 3)
      for digit in piece {
        if digit == UInt8(ascii: "=") {
          padding += 1
          continue
        }
        let value = values[Int(digit)]
        guard value < 64, padding == 0 else { return nil }
        digits &+= 1
        word = (word << 6 | UInt32(value)) & 0xFFFF
        bits += 6
        if bits >= 8 {
          bits -= 8
          bytes.append(UInt8(truncatingIfNeeded: word >> bits))
        }
      }
      return bytes
    }
  }
}
