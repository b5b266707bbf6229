import SwarmOps

/// Sizes for people, in decimal units: 1 kB is 1000 bytes.
enum HumanSize {
  /// Writes a size such as `0 B`, `999 B`, `1.2 kB`, `38 MB`.
  static func text(_ bytes: Int) -> String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    var unit = 0
    // What would be rounded to 1000 takes the next unit: 999,500 is 1.0 MB.
    var divisor = 1000
    while unit < units.count - 1, bytes >= 1000 * divisor - divisor / 2 {
      divisor *= 1000
      unit += 1
    }
    let tenths = rounded(bytes, divisor / 10)
    return tenths < 100
      ? "\(tenths / 10).\(tenths % 10) \(units[unit])"
      : "\(rounded(bytes, divisor)) \(units[unit])"
  }

  private static func rounded(_ bytes: Int, _ divisor: Int) -> Int {
    bytes / divisor + (bytes % divisor >= divisor / 2 ? 1 : 0)
  }
}

/// Ages for people.
enum HumanAge {
  /// Writes how long ago something was, such as `just now`, `23s ago`, `3min ago`, `2y ago`.
  ///
  /// - Parameter age: Now less then; negative for a time that is still to come.
  /// - Returns: The words.
  static func text(_ age: Duration) -> String {
    let seconds = age.components.seconds
    if seconds < -5 { return "in the future" }
    if seconds < 5 { return "just now" }
    let units: [(Int64, String)] = [
      (365 * 86_400, "y"), (7 * 86_400, "w"), (86_400, "d"), (3600, "h"), (60, "min"),
    ]
    for (length, name) in units where seconds >= length {
      return "\(seconds / length)\(name) ago"
    }
    return "\(seconds)s ago"
  }
}

/// Dates as ISO 8601 in UTC.
enum ISODate {
  /// Writes a date such as `2026-04-19T03:14:00Z`.
  ///
  /// - Parameter secondsSinceEpoch: Seconds since 1970-01-01T00:00:00Z, without leap seconds.
  /// - Returns: The date in the proleptic Gregorian calendar.
  static func text(_ secondsSinceEpoch: Int64) -> String {
    Timestamp(seconds: secondsSinceEpoch).iso8601
  }
}
