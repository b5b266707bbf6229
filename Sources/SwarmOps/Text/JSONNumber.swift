/// A JSON number as it was written, so that `1.0`, `1e400` and thirty digits survive.
///
/// Two numbers are equal when their texts are; ``hasSameValue(as:)`` compares what they stand for.
public struct JSONNumber: Sendable, Equatable, CustomStringConvertible {
  /// The exact source text.
  public let text: String

  /// Takes a text that is already known to be a number.
  init(checked text: String) { self.text = text }

  /// Makes a number from a text.
  ///
  /// - Parameters:
  ///   - text: A number of RFC 8259 without anything around it; nil is returned for others.
  ///   - options: With `allowNonFinite`, `NaN`, `Infinity` and `-Infinity` are numbers too.
  public init?(text: String, options: JSONReadingOptions = []) {
    guard
      case .number(let number) = try? JSONValue.parse(text, options: options),
      number.text.utf8.count == text.utf8.count
    else { return nil }
    self = number
  }

  /// Makes a number from an integer.
  ///
  /// - Parameter value: The integer.
  public init(_ value: some FixedWidthInteger) { text = String(value) }

  /// Makes the shortest number that reads back as the same double.
  ///
  /// - Parameter value: The double; what is not finite becomes `NaN`, `Infinity` or `-Infinity`,
  ///   which is not JSON, but which Python reads.
  public init(_ value: Double) {
    if value.isNaN {
      text = "NaN"
    } else if value.isInfinite {
      text = value < 0 ? "-Infinity" : "Infinity"
    } else {
      text = value.description
    }
  }

  /// The text.
  public var description: String { text }

  /// Whether the value is finite, as every number of RFC 8259 is, `1e400` included.
  public var isFinite: Bool { decimal != nil }

  /// Whether the value has no fraction, however it is written.
  ///
  /// `5`, `5.0`, `50e-1` and `1e2` are integers, `5.5` and `1e-2` are not. Decided on the decimal
  /// digits, so it is exact at any size.
  public var isInteger: Bool { decimal.map { $0.exponent >= 0 } ?? false }

  /// The value when it is an integer (see ``isInteger``) that fits; exact, nil otherwise.
  public var int: Int? {
    guard let decimal, decimal.exponent >= 0, decimal.digits.count + decimal.exponent <= 19 else {
      return nil
    }
    var value = 0
    for digit in decimal.digits + repeatElement(0, count: decimal.exponent) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      // Counting down for negative numbers reaches Int.min without passing Int.max.
      let step = decimal.isNegative ? -Int(digit) : Int(digit)
      let (sum, tooLarge) = product.addingReportingOverflow(step)
      guard !tooLarge else { return nil }
      value = sum
    }
    return value
  }

  /// The nearest double; nil when the number is beyond the largest one.
  ///
  /// `NaN` and the infinities are themselves.
  public var double: Double? {
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default:
      guard let value = Double(text), value.isFinite else { return nil }
      return value
    }
  }

  /// Whether both stand for the same value, compared exactly in decimal.
  ///
  /// `1`, `1.0` and `10e-1` do; `NaN` is the same as `NaN`.
  ///
  /// - Parameter other: The number to compare with.
  /// - Returns: Whether the values are the same.
  public func hasSameValue(as other: JSONNumber) -> Bool {
    if text == other.text { return true }
    guard let decimal, let otherDecimal = other.decimal else { return false }
    return decimal == otherDecimal
  }

  /// The value as digits × 10^exponent, without zeros at either end of the digits.
  private struct Decimal: Equatable {
    var isNegative: Bool
    var digits: [UInt8]
    var exponent: Int
  }

  private var decimal: Decimal? {
    var digits: [UInt8] = []
    var fraction = 0
    var exponent = 0
    var exponentIsNegative = false
    var part: UInt8 = 0
    for byte in text.utf8 {
      switch (byte, part) {
      case (0x2D, 0x65): exponentIsNegative = true
      case (0x2D, _), (0x2B, _): break
      case (0x2E, _): part = byte
      case (0x65, _), (0x45, _): part = 0x65
      case (0x30...0x39, 0x65):
        // No text is long enough to bring a larger exponent back into reach.
        exponent = min(exponent * 10 + Int(byte - 0x30), 1_000_000_000_000_000)
      case (0x30...0x39, _):
        if !(digits.isEmpty && byte == 0x30) { digits.append(byte - 0x30) }
        if part == 0x2E { fraction += 1 }
      default: return nil
      }
    }
    exponent = (exponentIsNegative ? -exponent : exponent) - fraction
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    // Zero has no sign and no size, so that -0, 0.0 and 0e9 are the same.
    guard !digits.isEmpty else { return Decimal(isNegative: false, digits: [], exponent: 0) }
    return Decimal(isNegative: text.utf8.first == 0x2D, digits: digits, exponent: exponent)
  }
}
