/// What reading JSON accepts beyond RFC 8259.
public struct JSONReadingOptions: OptionSet, Sendable {
  /// The options as bits.
  public let rawValue: UInt8

  /// Makes a set of options from bits.
  ///
  /// - Parameter rawValue: The options as bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Accepts `NaN`, `Infinity` and `-Infinity` as numbers, which Python's `json` writes and reads.
  public static var allowNonFinite: JSONReadingOptions { JSONReadingOptions(rawValue: 1) }

  /// Skips a UTF-8 byte order mark at the start instead of refusing it.
  public static var skipByteOrderMark: JSONReadingOptions { JSONReadingOptions(rawValue: 2) }
}
