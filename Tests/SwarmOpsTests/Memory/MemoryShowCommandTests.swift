import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryShowCommandTests {
  @Test func jsonIsTheFilesOwnBytes() throws {
    let fixture = try MemoryFixture()
    let outcome = try fixture.program(
      "memory", "show", "alpha", "--user", MemoryFixture.tea.uppercased(), "--json")
    expect(outcome, status: 0)
    #expect(outcome.stdout == MemoryFixture.entries)
  }

  @Test func theTableHasTheNewestFirstAndIdsCanBePrintedAlone() throws {
    let fixture = try MemoryFixture()
    let table = try fixture.program("memory", "show", "alpha", "--user", MemoryFixture.tea)
    let lines = table.stdout.split(separator: "\n")
    #expect(lines.count == 4, "\(table)")
    #expect(lines[1].hasPrefix("2026-05-06") && lines[1].contains("Büro"), "\(table)")
    #expect(lines[2].contains("2020-01-02 03:04:05") && lines[2].contains("drink, hot"), "\(table)")
    #expect(lines[3].contains("no date"), "\(table)")
    let ids = try fixture.program("memory", "show", "alpha", "--user", MemoryFixture.tea, "-q")
    #expect(ids.stdout == "e2\ne1\ne3\n", "\(ids)")
    let rows = try fixture.program(
      "memory", "show", "alpha", "--user", MemoryFixture.tea, "-o", "jsonl")
    #expect(rows.stdout.split(separator: "\n").count == 3, "\(rows)")
    #expect(rows.stdout.contains("12345678901234567890"), "\(rows)")
  }

  @Test func aPrefixWillDoWhereItFitsOneUser() throws {
    let fixture = try MemoryFixture()
    expect(try fixture.program("memory", "show", "beta", "--user", "A11C", "--json"), status: 0)
    expect(
      try fixture.program("memory", "show", "alpha", "--user", "3f25", "--json"), code: .ambiguous)
    expect(
      try fixture.program("memory", "show", "alpha", "--user", "3f2", "--json"), code: .badUser)
    expect(
      try fixture.program("memory", "show", "alpha", "--user", "ffff", "--json"), code: .noSuchUser)
    expect(
      try fixture.program("memory", "show", "alpha", "--user", "zzzz", "--json"), code: .badUser)
  }

  @Test func whatIsNotThereIsAnErrorAndNothingIsMade() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    expect(
      try fixture.program("memory", "show", "alpha", "--user", MemoryFixture.other, "--json"),
      code: .noSuchUser)
    expect(try fixture.program("memory", "show", "beta", "--json"), code: .noSuchUser)
    #expect(try fixture.snapshot() == before)
  }

  @Test(arguments: [
    ("[1, 2]", true), ("\"text\"", true), ("", false), ("  \n", false), ("{\"a\":", false),
    ("{'a': 1}", false), ("NaN", true),
  ])
  func contentThatIsNoObjectIsShownAsItIs(_ content: String, _ isJSON: Bool) throws {
    let fixture = try MemoryFixture()
    try fixture.memory(MemoryFixture.first, MemoryFixture.other, content)
    let human = try fixture.program("memory", "show", "alpha", "--user", MemoryFixture.other)
    expect(human, status: 0)
    #expect(
      human.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        == content.trimmingCharacters(in: .whitespacesAndNewlines), "\(human)")
    let json = try fixture.program(
      "memory", "show", "alpha", "--user", MemoryFixture.other, "--json")
    if isJSON {
      #expect(json.stdout == content, "\(json)")
    } else {
      expect(json, code: .badData)
    }
  }

  @Test func bytesThatAreNoTextAreNoCrash() throws {
    let fixture = try MemoryFixture()
    let path = fixture.path(MemoryFixture.first, MemoryFixture.milk) + "/memory.json"
    try Data([0x7B, 0x22, 0xFF, 0xFE, 0x1B, 0x5B, 0x32, 0x4A]).write(to: URL(fileURLWithPath: path))
    let human = try fixture.program("memory", "show", "alpha", "--user", MemoryFixture.milk)
    expect(human, status: 0)
    #expect(!human.stdout.contains("\u{1B}"), "\(human)")
    expect(
      try fixture.program("memory", "show", "alpha", "--user", MemoryFixture.milk, "--json"),
      code: .badData)
  }

  @Test func aLinkIsNeverFollowed() throws {
    let fixture = try MemoryFixture()
    try fixture.program.folder.write("outside/memory.json", #"{"secret": 1}"#)
    try FileManager.default.createSymbolicLink(
      atPath: fixture.path(MemoryFixture.first, MemoryFixture.other),
      withDestinationPath: fixture.program.folder("outside"))
    let folder = try fixture.program(
      "memory", "show", "alpha", "--user", MemoryFixture.other, "--json")
    expect(folder, code: .refused)
    let file = fixture.path(MemoryFixture.first, MemoryFixture.milk) + "/memory.json"
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createSymbolicLink(
      atPath: file, withDestinationPath: fixture.program.folder("outside/memory.json"))
    expect(
      try fixture.program("memory", "show", "alpha", "--user", MemoryFixture.milk, "--json"),
      code: .refused)
  }

  @Test func aFolderInCapitalsIsReadWhereThereIsNoOther() throws {
    let fixture = try MemoryFixture()
    try fixture.memory(MemoryFixture.first, MemoryFixture.other.uppercased(), #"{"u":1}"#)
    let outcome = try fixture.program(
      "memory", "show", "alpha", "--user", MemoryFixture.other, "--json")
    #expect(outcome.stdout == #"{"u":1}"#, "\(outcome)")
    #expect(outcome.stderr.contains("not in lower case"), "\(outcome)")
    try fixture.memory(MemoryFixture.first, MemoryFixture.other, #"{"l":1}"#)
    let lower = try fixture.program(
      "memory", "show", "alpha", "--user", MemoryFixture.other, "--json")
    #expect(lower.stdout == #"{"l":1}"#, "\(lower)")
  }

  @Test func searchNamesTheUserOfEachHit() throws {
    let fixture = try MemoryFixture()
    func ids(_ words: String...) throws -> [String] {
      let outcome = try fixture.program.start(["memory", "search"] + words + ["--json"]).wait()
      expect(outcome, status: 0)
      return outcome.json?["entries"]?.array?.map {
        "\($0["user_guid"]?.string?.suffix(2) ?? "") \($0["id"]?.string ?? "")"
      } ?? []
    }
    #expect(try ids("alpha", "TEA", "--all-users").sorted() == ["01 e1", "ed s"])
    #expect(try ids("alpha", "tea") == ["ed s"])
    #expect(try ids("alpha", "likes", "tea", "--user", MemoryFixture.tea) == ["01 e1"])
    #expect(try ids("alpha", "büro", "--all-users") == ["01 e2"])
    // Keys are not content, and finding nothing is no error.
    #expect(try ids("alpha", "content", "--all-users") == [])
  }

  @Test func searchPutsTheNewestEntryFirst() throws {
    let fixture = try MemoryFixture()
    try fixture.memory(
      MemoryFixture.first, MemoryFixture.other,
      #"{"a":{"c":"tea","date":"2026-01-01"},"b":{"c":"tea"},"d":{"c":"tea","date":"2026-02-01"}}"#)
    for format in [["-q"], ["--all-users", "-q"]] {
      let user = format.count == 1 ? ["--user", MemoryFixture.other] : []
      let outcome = try fixture.program.start(
        ["memory", "search", "alpha", "tea"] + user + format
      ).wait()
      #expect(outcome.stdout.contains("d\na\nb\n"), "\(outcome)")
    }
  }

  @Test func searchFindsWhatIsWrittenWithEscapes() throws {
    let fixture = try MemoryFixture()
    try fixture.memory(
      MemoryFixture.first, MemoryFixture.other,
      #"{"x":{"a":"\u0074ea \"quoted\" B\u00dcRO"},"y":{"a":["deep",{"b":12.50}]},"z":{"tea":1}}"#)
    func ids(_ words: String...) throws -> String {
      try fixture.program.start(
        ["memory", "search", "alpha"] + words + ["--user", MemoryFixture.other, "-q"]
      ).wait().stdout
    }
    #expect(try ids("TEA") == "x\n")
    #expect(try ids("\"quoted\"", "büro") == "x\n")
    #expect(try ids("12.50", "DEEP") == "y\n")
    #expect(try ids("deep", "tea") == "")
  }

  @Test func searchOfAllUsersGoesOnPastWhatCannotBeRead() throws {
    let fixture = try MemoryFixture()
    try fixture.memory(MemoryFixture.first, "00000000-0000-4000-8000-000000000000", "no json tea")
    try FileManager.default.createSymbolicLink(
      atPath: fixture.path(MemoryFixture.first, MemoryFixture.other), withDestinationPath: "/etc")
    let outcome = try fixture.program("memory", "search", "alpha", "milk", "--all-users", "--json")
    expect(outcome, status: 65)
    #expect(outcome.json?["entries"]?.array?.count == 1, "\(outcome)")
    #expect(outcome.stderr.contains("not searched"), "\(outcome)")
  }
}
