/// A globally unique identifier: 8-4-4-4-12 hexadecimal digits, any case in, lower case out.
public struct GUID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The text that other RAPP programs use for "no user"; deliberately no GUID.
  public static let anonymousSentinel = "c0p110t0-aaaa-bbbb-cccc-123456789abc"

  private let high: UInt64
  private let low: UInt64

  /// Reads a GUID.
  ///
  /// - Parameter text: 36 characters; anything else gives `nil`.
  public init?(_ text: some StringProtocol) {
    let words =
      text.utf8.withContiguousStorageIfAvailable(Self.words)
      ?? Array(text.utf8).withUnsafeBufferPointer(Self.words)
    guard let words else { return nil }
    (high, low) = words
  }

  /// Reads a GUID in lower case, as folders are named; anything else gives `nil`.
  init?(lowercase text: some StringProtocol) {
    guard Self.isLowercase(text) else { return nil }
    self.init(text)
  }

  /// Whether a text that is a GUID is so in lower case.
  static func isLowercase(_ text: some StringProtocol) -> Bool {
    !text.utf8.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "F") }
  }

  private static func words(_ text: UnsafeBufferPointer<UInt8>) -> (high: UInt64, low: UInt64)? {
    guard text.count == 36 else { return nil }
    var words: (high: UInt64, low: UInt64) = (0, 0)
    for index in 0..<36 {
      let byte = text[index]
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      words.high = words.high << 4 | words.low >> 60
      words.low = words.low << 4 | UInt64(digit)
    }
    return words
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A new random GUID, version 4 of RFC 9562.
  public static func random() -> GUID {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & 0xffff_ffff_ffff_0fff | 0x4000
    let low = generator.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    return GUID(high: high, low: low)
  }

  /// The text in lower case.
  public var description: String {
    String(unsafeUninitializedCapacity: 36) { buffer in
      var position = 0
      for index in 0..<32 {
        if index == 8 || index == 12 || index == 16 || index == 20 {
          buffer[position] = UInt8(ascii: "-")
          position += 1
        }
        let word = index < 16 ? high : low
        let digit = UInt8(truncatingIfNeeded: word >> UInt64((15 - index % 16) * 4)) & 0xf
        buffer[position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        position += 1
      }
      return 36
    }
  }

  /// The order of the texts.
  public static func < (left: GUID, right: GUID) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}
