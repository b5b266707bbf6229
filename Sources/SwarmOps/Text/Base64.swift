/// Base64 of RFC 4648 with padding, for bytes that are no text.
enum Base64 {
  fileprivate static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Writes bytes.
  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let part = bytes[index..<min(index + 3, bytes.count)]
      var word: UInt32 = 0
      for offset in 0..<3 {
        word = word << 8 | (offset < part.count ? UInt32(part[index + offset]) : 0)
      }
      for offset in 0..<4 {
        let digit = Int(word >> UInt32(18 - 6 * offset)) & 63
        text.append(offset <= part.count ? alphabet[digit] : UInt8(ascii: "="))
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
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
