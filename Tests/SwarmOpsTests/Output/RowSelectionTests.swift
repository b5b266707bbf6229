import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

@Suite struct RowSelectionTests {
  @Test func listsAreFilteredSortedAndCut() throws {
    let program = try Program()
    for name in ["b", "a", "c"] { try program.deploy(name: name, ["echo_agent.py": Sources.echo]) }
    try program("run", "c", "Echo")
    func names(_ words: String...) throws -> [String] {
      let outcome = try program.start(["list", "--json"] + words).wait()
      expect(outcome, status: 0)
      return outcome.json?["swarms"]?.array?.compactMap { $0["name"]?.string } ?? []
    }
    #expect(try names("--sort", "-name") == ["c", "b", "a"])
    #expect(try names("--sort", "name", "--limit", "2") == ["a", "b"])
    #expect(try names("--filter", "name=b") == ["b"])
    #expect(try names("--filter", "name=b", "--filter", "state=damaged") == [])
    let table = try program("list", "--filter", "name=b")
    #expect(table.stdout.split(separator: "\n").count == 2, "\(table)")
    #expect(try program("list", "--sort", "-name", "--limit", "1", "-q").stdout.count == 37)
    #expect(
      try program("list", "--limit", "2", "-o", "jsonl").stdout.split(separator: "\n").count == 2)
  }

  @Test func usersAndEntriesAreFilteredAndCut() throws {
    let fixture = try MemoryFixture()
    let users = try fixture.program("users", "alpha", "--limit", "2", "-q")
    #expect(users.stdout.split(separator: "\n").count == 2, "\(users)")
    let one = try fixture.program("users", "alpha", "--filter", "user_guid=shared", "--json")
    #expect(one.json?["users"]?.array?.count == 1, "\(one)")
    let entries = try fixture.program(
      "memory", "show", "alpha", "--user", MemoryFixture.tea, "--filter", "tags=hot", "-q")
    #expect(entries.stdout == "e1\n", "\(entries)")
    let found = try fixture.program(
      "memory", "search", "alpha", "tea", "--all-users", "--limit", "1", "-q")
    #expect(found.stdout.split(separator: "\n").count == 1, "\(found)")
  }

  @Test func aTableFitsANarrowTerminal() {
    let guid = MemoryFixture.tea
    let table = Table(
      columns: [
        .init("NAME", canShrink: true), .init("GUID", prefix: 8), .init("AGENTS", .right),
        .init("LAST USE"),
      ], rows: [["a swarm with a long name", guid, "2", "23s ago"]])
    #expect(table.rendered(width: 80).contains(guid))
    for width in [40, 50, 60] {
      let lines = table.rendered(width: width).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
      #expect(lines[1].contains("3f2504e0 "), "\(lines)")
    }
  }

  @Test func whatIsNotThereCanBeIgnored() throws {
    let fixture = try MemoryFixture()
    expect(try fixture.program("remove", "nothing", "--yes"), status: 66)
    expect(try fixture.program("remove", "nothing", "--yes", "--ignore-not-found"), status: 0)
    let both = try fixture.program(
      "remove", "nothing", "alpha", "--yes", "--ignore-not-found", "--json")
    #expect(both.json?["removed"]?.array?.count == 1, "\(both)")
    let unknown = "99999999-0000-4000-8000-000000000000"
    expect(
      try fixture.program("memory", "wipe", "beta", "--user", unknown, "--yes"), status: 66)
    expect(
      try fixture.program(
        "memory", "wipe", "beta", "--user", unknown, "--yes", "--ignore-not-found"), status: 0)
    expect(
      try fixture.program("memory", "wipe", "nothing", "--shared", "--yes", "--ignore-not-found"),
      status: 0)
  }

  @Test func aFileIsReplacedOnlyWhenThatIsSaid() throws {
    let fixture = try MemoryFixture()
    let file = fixture.program.folder("home/kept.json")
    try fixture.program.folder.write("home/kept.json", "mine")
    expect(
      try fixture.program("memory", "export", "alpha", "--shared", "--file", file), status: 64)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    expect(
      try fixture.program("memory", "export", "alpha", "--shared", "--file", file, "--force"),
      status: 0)
    // What `mktemp` leaves holds nothing that could be lost.
    try fixture.program.folder.write("home/empty.json", "")
    expect(
      try fixture.program(
        "memory", "export", "alpha", "--shared", "--file", fixture.program.folder("home/empty.json")
      ), status: 0)
  }

  @Test func aRootIsNeverGuessed() throws {
    let program = try Program()
    expect(try program("list", environment: ["SWARMCTL_ROOT": ""]), status: 78)
    expect(try program("--version", environment: ["SWARMCTL_ROOT": ""]), status: 0)
    let home = try program("list", "--root=~/mine", "--json")
    #expect(
      home.json?["warnings"]?.array?.first?.string?.contains(program.folder("home/mine")) == true,
      "\(home)")
    let inside = try program("quickstart", "--root", program.root + "/swarms")
    _ = try program.deploy(["echo_agent.py": Sources.echo])
    #expect(inside.status == 0 || inside.status == 78)
    expect(try program("list", "--root", program.root + "/swarms/x"), status: 78)
  }

  @Test func idsOfEntriesAreCompleted() throws {
    let fixture = try MemoryFixture()
    try fixture.program("list")
    let request = CompletionRequest([
      "memory", "wipe", MemoryFixture.first, "--user", MemoryFixture.tea, "--entry", "",
    ])
    let answer = CompletionWords(request: request, store: fixture.program.store).answer
    #expect(answer.candidates.map(\.text) == ["e1", "e2", "e3"])
  }
}
