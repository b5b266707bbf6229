import Testing

@testable import swarmctl

@Suite struct ValueReaderTests {
  @Test(arguments: [
    ("0", Duration.zero), ("30", .seconds(30)), ("30s", .seconds(30)), ("5m", .seconds(300)),
    ("1h30m", .seconds(5400)), ("500ms", .milliseconds(500)), ("1.5s", .milliseconds(1500)),
    ("0.001", .milliseconds(1)), ("2d", .seconds(172_800)),
  ])
  func durationsAreRead(text: String, expected: Duration) {
    #expect(ValueReader.duration(text) == expected)
  }

  @Test(arguments: [
    "", "s", "-5", "5x", "5 s", "1h30", "5S", "1..5s", "٣s", "99999999999999999999", "9999999999d",
    "9223372036854775807s", "0.12345678901234567890s", "1e3", "+5",
  ])
  func otherDurationsAreRefused(text: String) {
    #expect(ValueReader.duration(text) == nil)
  }

  @Test(arguments: [
    ("30d", Duration.seconds(30 * 86400)), ("12h", .seconds(43200)),
    ("2w", .seconds(14 * 86400)), ("1y", .seconds(365 * 86400)), ("90min", .seconds(5400)),
  ])
  func agesAreRead(text: String, expected: Duration) {
    #expect(ValueReader.age(text) == expected)
  }

  @Test(arguments: ["", "30", "0", "6m", "d", "-1d", "1month"])
  func agesThatLeaveTheirUnitOpenAreRefused(text: String) {
    #expect(ValueReader.age(text) == nil)
  }

  @Test(arguments: [
    ("0", 0), ("1000", 1000), ("1kB", 1000), ("1k", 1000), ("64KiB", 65536), ("1MB", 1_000_000),
    ("1.5mb", 1_500_000), ("2GiB", 2_147_483_648), ("10b", 10),
  ])
  func sizesAreRead(text: String, expected: Int) {
    #expect(ValueReader.bytes(text) == expected)
  }

  @Test(arguments: ["", "MB", "-1", "1 MB", "1XB", "99999999999999TB", "0x10"])
  func otherSizesAreRefused(text: String) {
    #expect(ValueReader.bytes(text) == nil)
  }

  @Test(arguments: ["", "-1", "1.0", "٣", "99999999999999999999", "+1"])
  func otherCountsAreRefused(text: String) {
    #expect(ValueReader.count(text) == nil)
    #expect(ValueReader.count("12") == 12)
  }

  @Test(arguments: ["", "1", "0/3", "4/3", "1/0", "1/2/3", "a/b", "/", "-1/3"])
  func otherShardsAreRefused(text: String) {
    #expect(ValueReader.shard(text) == nil)
  }

  @Test func shardsCountFromOneToTheirNumber() throws {
    let last = try #require(ValueReader.shard("3/3"))
    #expect(last == (3, 3))
  }

  @Test func guidsAreReadInAnyCase() {
    #expect(ValueReader.isGUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301"))
    #expect(ValueReader.isGUID("3F2504E0-4F89-41D3-9A0C-0305E82C3301"))
  }

  @Test(arguments: [
    "", "c0p110t0-aaaa-bbbb-cccc-123456789abc", "3f2504e0-4f89-41d3-9a0c-0305e82c330",
    "3f2504e04f8941d39a0c0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3301-",
    "3f2504e0-4f89-41d3-9a0c-0305e82c330g", "3f2504e0-4f89-41d3-9a0c0-305e82c3301",
  ])
  func otherGUIDsAreRefused(text: String) {
    #expect(!ValueReader.isGUID(text))
  }
}
