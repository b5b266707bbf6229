#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A moment in UTC, to the second.
public struct Timestamp: Sendable, Equatable {
  /// Seconds since 1970.
  public let seconds: Int64

  /// Makes a moment.
  ///
  /// - Parameter seconds: Seconds since 1970.
  public init(seconds: Int64) { self.seconds = seconds }

  /// This moment.
  public static func now() -> Timestamp { Timestamp(seconds: Int64(time(nil))) }

  /// This moment in nanoseconds since 1970, as file times are.
  ///
  /// The C function is `clock_gettime`.
  static func nanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return nanoseconds(of: time)
  }

  /// A time of the system in nanoseconds since 1970, or the nearest that can be said.
  static func nanoseconds(of time: timespec) -> Int64 {
    Int64(time.tv_sec).multipliedSaturated(by: 1_000_000_000)
      .addingSaturated(Int64(time.tv_nsec))
  }

  /// This moment in ISO 8601 with microseconds, such as `2026-04-19T03:14:00.012345Z`.
  static func microseconds() -> String {
    let now = nanoseconds()
    let digits = String(now / 1000 % 1_000_000)
    let fraction = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    return String(Timestamp(seconds: now / 1_000_000_000).iso8601.dropLast()) + ".\(fraction)Z"
  }

  /// ISO 8601, such as `2026-04-19T03:14:00Z`.
  public var iso8601: String { text(dateSeparator: "-", timeSeparator: ":") }

  /// ISO 8601 in its basic form, fit for a file name: `20260419T031400Z`.
  package var compact: String { text(dateSeparator: "", timeSeparator: "") }

  private func text(dateSeparator: String, timeSeparator: String) -> String {
    var clock = time_t(seconds)
    var parts = tm()
    gmtime_r(&clock, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = [
      padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2),
      padded(Int(parts.tm_mday), 2),
    ]
    let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    return date.joined(separator: dateSeparator) + "T" + time.joined(separator: timeSeparator) + "Z"
  }
}
