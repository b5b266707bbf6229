/// Reads the values that options take.
///
/// Every function is pure and returns nil for what it cannot read, overflow included.
enum ValueReader {
  private static let second = 1_000_000_000
  private static let day = 86_400 * second
  /// Ten thousand days: longer waits are typing mistakes, and sums stay far from overflow.
  private static let longestDuration = 10_000 * day

  /// Reads a duration: numbers with the units `ms`, `s`, `m`, `h`, `d`; a plain number is seconds.
  static func duration(_ text: String) -> Duration? {
    span(
      text, plainUnit: second,
      units: ["ms": 1_000_000, "s": second, "m": 60 * second, "h": 3600 * second, "d": day])
  }

  /// Reads an age: numbers with the units `s`, `min`, `h`, `d`, `w`, `y` (365 days).
  ///
  /// A plain number and `m` (minutes or months?) are refused: ages decide what is deleted.
  static func age(_ text: String) -> Duration? {
    span(
      text, plainUnit: nil,
      units: [
        "s": second, "min": 60 * second, "h": 3600 * second, "d": day, "w": 7 * day,
        "y": 365 * day,
      ])
  }

  /// Reads a size in bytes: `kB`, `MB`, `GB`, `TB` (or `k`, `M`, `G`, `T`) are powers of 1000,
  /// `KiB`, `MiB`, `GiB`, `TiB` of 1024; case is ignored.
  static func bytes(_ text: String) -> Int? {
    let units: [String: Int] = [
      "": 1, "b": 1, "k": 1000, "kb": 1000, "m": 1_000_000, "mb": 1_000_000,
      "g": 1_000_000_000, "gb": 1_000_000_000, "t": 1_000_000_000_000, "tb": 1_000_000_000_000,
      "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    ]
    var rest = Substring(text)
    guard let number = Decimal(from: &rest), let unit = units[rest.lowercased()] else { return nil }
    return number.times(unit)
  }

  /// Reads a whole number of digits alone.
  static func count(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// Reads `i/n`, where i counts from 1 to n.
  static func shard(_ text: String) -> (index: Int, count: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = count(String(parts[0])),
      let count = count(String(parts[1])), index >= 1, index <= count
    else { return nil }
    return (index, count)
  }

  /// Whether a text is 8-4-4-4-12 hexadecimal digits, in any case.
  static func isGUID(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
    return parts.map(\.count) == [8, 4, 4, 4, 12]
      && parts.joined().allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
      }
  }

  /// Reads numbers with units, one after the other, and adds them up.
  private static func span(_ text: String, plainUnit: Int?, units: [String: Int]) -> Duration? {
    var rest = Substring(text)
    var total = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let isFirst = rest.startIndex == text.startIndex
      guard let number = Decimal(from: &rest) else { return nil }
      let word = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(word.count)
      // "5m30" leaves it open what the 30 are, so only a lone number goes without a unit.
      let unit = word.isEmpty ? (isFirst && rest.isEmpty ? plainUnit : nil) : units[String(word)]
      guard let unit, let nanoseconds = number.times(unit), nanoseconds <= longestDuration
      else { return nil }
      total += nanoseconds
      guard total <= longestDuration else { return nil }
    }
    return .nanoseconds(total)
  }

  /// A number of ASCII digits with an optional fraction, kept exact.
  private struct Decimal {
    private var digits = 0
    private var divisor = 1

    /// Takes the number off the front of a text; nil when there is none or it is too long.
    init?(from text: inout Substring) {
      var sawDigit = false
      var sawPoint = false
      while let character = text.first {
        if character == ".", !sawPoint {
          sawPoint = true
        } else if let digit = character.isASCII ? character.wholeNumberValue : nil {
          let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
          guard !overflow, product <= .max - 9, !sawPoint || divisor < 1_000_000_000
          else { return nil }
          digits = product + digit
          if sawPoint { divisor *= 10 }
          sawDigit = true
        } else {
          break
        }
        text.removeFirst()
      }
      guard sawDigit else { return nil }
    }

    /// The number times a unit, rounded down; nil on overflow.
    func times(_ unit: Int) -> Int? {
      let (product, overflow) = digits.multipliedReportingOverflow(by: unit)
      return overflow ? nil : product / divisor
    }
  }
}
