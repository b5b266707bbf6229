/// When a memory entry was made, as far as it says so itself.
///
/// Entries come from many agents: `date` with `time`, or one text or number in `timestamp`,
/// `created_at` and the like. A date without a zone is taken as UTC, and a date without a time lasts
/// until the end of its day, so that nothing is called older than it may be.
package struct EntryDate: Sendable, Equatable {
  /// The earliest second it can mean, since 1970.
  package let seconds: Int64
  /// The latest second it can mean, since 1970.
  package let latest: Int64
  /// The date for people, such as `2026-04-19 03:14:00`.
  package let text: String

  private static let keys = [
    "timestamp", "created_at", "createdAt", "updated_at", "updatedAt", "datetime", "saved_at",
    "created", "date",
  ]

  /// Reads the date of an entry.
  ///
  /// - Parameter entry: The entry's value; `nil` comes of one without a date that can be read.
  package init?(of entry: JSONValue) {
    guard let object = entry.object else { return nil }
    if let date = object["date"]?.string {
      if let time = object["time"]?.string, let found = EntryDate("\(date) \(time)") {
        self = found
        return
      }
    }
    for key in Self.keys {
      if let text = object[key]?.string, let found = EntryDate(text) {
        self = found
        return
      }
      if let number = object[key]?.double, let found = EntryDate(sinceEpoch: number) {
        self = found
        return
      }
    }
    return nil
  }

  /// Seconds since 1970, or milliseconds where they are too many for seconds.
  private init?(sinceEpoch number: Double) {
    let value = number > 100_000_000_000 ? number / 1000 : number
    // Before 2000 or past 2100 it is a count of something else.
    guard value > 946_684_800, value < 4_102_444_800 else { return nil }
    let whole = Int64(value)
    self.init(seconds: whole, latest: whole, text: Self.words(Timestamp(seconds: whole)))
  }

  private init(seconds: Int64, latest: Int64, text: String) {
    (self.seconds, self.latest, self.text) = (seconds, latest, text)
  }

  private static func words(_ time: Timestamp) -> String {
    String(time.iso8601.map { $0 == "T" ? " " : $0 }.dropLast())
  }

  /// Reads `2026-04-19`, `2026-04-19 03:14`, `2026-04-19T03:14:00.123Z`, `…+02:00`.
  init?(_ text: String) {
    var reader = Reader(bytes: Array(text.utf8)[...])
    guard let year = reader.number(4), reader.consume("-"), let month = reader.number(2),
      (1...12).contains(month), reader.consume("-"), let day = reader.number(2),
      (1...31).contains(day)
    else { return nil }
    let midnight = Self.days(Int(year), Int(month), Int(day)) * 86_400
    if reader.bytes.isEmpty {
      self.init(seconds: midnight, latest: midnight + 86_399, text: text)
      return
    }
    guard reader.consume("T") || reader.consume(" "), let hour = reader.number(2), hour < 24,
      reader.consume(":"), let minute = reader.number(2), minute < 60
    else { return nil }
    var second: Int64 = 0
    var isToTheMinute = true
    if reader.consume(":") {
      guard let found = reader.number(2), found <= 60 else { return nil }
      (second, isToTheMinute) = (found, false)
      if reader.consume(".") || reader.consume(",") { reader.skipDigits() }
    }
    guard let offset = reader.zone(), reader.bytes.isEmpty else { return nil }
    let seconds = midnight + hour * 3600 + minute * 60 + second - offset
    self.init(
      seconds: seconds, latest: isToTheMinute ? seconds + 59 : seconds,
      text: Self.words(Timestamp(seconds: seconds)))
  }

  /// Howard Hinnant's `days_from_civil`.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146_097 + dayOfEra - 719_468)
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func consume(_ byte: Unicode.Scalar) -> Bool {
      guard let first = bytes.first, UInt32(first) == byte.value else { return false }
      bytes.removeFirst()
      return true
    }

    mutating func number(_ digits: Int) -> Int64? {
      guard bytes.count >= digits else { return nil }
      var value: Int64 = 0
      for byte in bytes.prefix(digits) {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      bytes = bytes.dropFirst(digits)
      return value
    }

    mutating func skipDigits() { bytes = bytes.drop { (0x30...0x39).contains($0) } }

    /// Seconds east of UTC; nothing at all is UTC.
    mutating func zone() -> Int64? {
      if bytes.isEmpty || consume("Z") || consume("z") { return 0 }
      let sign: Int64 = consume("+") ? 1 : consume("-") ? -1 : 0
      guard sign != 0, let hours = number(2) else { return nil }
      _ = consume(":")
      let minutes = bytes.isEmpty ? 0 : number(2)
      return minutes.map { sign * (hours * 3600 + $0 * 60) }
    }
  }
}
