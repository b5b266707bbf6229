import Testing

@testable import swarmctl

@Suite struct HumanTextTests {
  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (1250, "1.3 kB"),
    (9949, "9.9 kB"), (9950, "10 kB"), (38_400, "38 kB"), (999_499, "999 kB"),
    (999_950, "1.0 MB"), (1_234_567, "1.2 MB"), (5_000_000_000, "5.0 GB"), (Int.max, "9.2 EB"),
  ])
  func sizesAreShortAndDecimal(bytes: Int, text: String) {
    #expect(HumanSize.text(bytes) == text)
  }

  @Test(arguments: 1..<7) func sizesNeverReachAThousand(power: Int) {
    let unit = (0..<power).reduce(1) { value, _ in value * 1000 }
    for bytes in [unit - 1, unit, unit - unit / 2000 - 1, unit - unit / 2000, unit + 1] {
      let number = HumanSize.text(bytes).prefix { $0 != " " }
      #expect((Double(number) ?? .infinity) < 1000, "\(bytes)")
    }
  }

  @Test(arguments: [
    (-60, "in the future"), (-1, "just now"), (0, "just now"), (42, "42s ago"),
    (60, "1min ago"), (179, "2min ago"), (3600, "1h ago"),
    (86_400 * 12, "1w ago"), (86_400 * 31, "4w ago"), (86_400 * 800, "2y ago"),
  ])
  func agesAreWords(seconds: Int, text: String) {
    #expect(HumanAge.text(.seconds(seconds)) == text)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1_776_568_440, "2026-04-19T03:14:00Z"),
    (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
    (-62_135_596_800, "0001-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
  ])
  func datesAreUTC(seconds: Int64, text: String) {
    #expect(ISODate.text(seconds) == text)
  }
}
