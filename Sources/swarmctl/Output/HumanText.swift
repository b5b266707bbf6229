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
  /// Writes how long ago something was, such as `just now`, `3 minutes ago`, `2 years ago`.
  ///
  /// - Parameter age: Now less then; negative for a time that is still to come.
  /// - Returns: The words.
  static func text(_ age: Duration) -> String {
    let seconds = age.components.seconds
    if seconds < -5 { return "in the future" }
    if seconds < 5 { return "just now" }
    let units: [(Int64, String)] = [
      (365 * 86_400, "year"), (30 * 86_400, "month"), (86_400, "day"), (3600, "hour"),
      (60, "minute"),
    ]
    for (length, name) in units where seconds >= length {
      let count = seconds / length
      return "\(count) \(name)\(count == 1 ? "" : "s") ago"
    }
    return "\(seconds) seconds ago"
  }
}

/// Dates as ISO 8601 in UTC.
enum ISODate {
  /// Writes a date such as `2026-04-19T03:14:00Z`.
  ///
  /// - Parameter secondsSinceEpoch: Seconds since 1970-01-01T00:00:00Z, without leap seconds.
  /// - Returns: The date in the proleptic Gregorian calendar.
  static func text(_ secondsSinceEpoch: Int64) -> String {
    let secondsOfDay = Int((secondsSinceEpoch % 86_400 + 86_400) % 86_400)
    let days = (secondsSinceEpoch - Int64(secondsOfDay)) / 86_400
    let (year, month, day) = civil(daysSinceEpoch: Int(days))
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let time = [secondsOfDay / 3600, secondsOfDay / 60 % 60, secondsOfDay % 60]
    return "\(date)T\(time.map { padded($0, 2) }.joined(separator: ":"))Z"
  }

  /// Howard Hinnant's `civil_from_days`: eras of 400 years that begin on 1 March.
  private static func civil(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = daysSinceEpoch + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (number < 0 ? "-" : "") + zeros + digits
  }
}
