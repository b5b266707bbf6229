import Testing

@testable import SwarmOps

@Suite struct EntryDateTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-04-19T03:14:00.123Z", 1_776_568_440),
    ("2026-04-19 03:14:00", 1_776_568_440), ("2026-04-19T05:14:00+02:00", 1_776_568_440),
    ("2024-02-29", 1_709_164_800),
  ])
  func readsTheWaysThatAgentsWriteDates(_ text: String, _ seconds: Int64) {
    #expect(EntryDate(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "yesterday", "2026-13-01", "2026-1-1", "2026-04-19T25:00", "2026-04-19x"])
  func doesNotGuess(_ text: String) {
    #expect(EntryDate(text) == nil)
  }

  @Test func aDateWithoutTimeLastsUntilTheEndOfItsDay() throws {
    let date = try #require(EntryDate("2024-02-29"))
    #expect(date.latest == date.seconds + 86_399)
  }

  @Test func findsTheFieldThatHoldsIt() {
    let expected: Int64 = 1_776_568_440
    let entries: [JSONValue] = [
      ["date": "2026-04-19", "time": "03:14:00"], ["timestamp": "2026-04-19T03:14:00Z"],
      ["created_at": 1_776_568_440], ["timestamp": 1_776_568_440_000],
    ]
    for entry in entries { #expect(EntryDate(of: entry)?.seconds == expected, "\(entry)") }
    #expect(EntryDate(of: ["timestamp": 7]) == nil)
    #expect(EntryDate(of: "2026-04-19") == nil)
  }
}
