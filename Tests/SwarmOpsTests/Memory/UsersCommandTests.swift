import Foundation
import Testing

@testable import SwarmOps

@Suite struct UsersCommandTests {
  private func users(_ outcome: Program.Outcome) -> [String] {
    outcome.json?["users"]?.array?.compactMap { $0["user_guid"]?.string } ?? []
  }

  @Test func listsTheNamespacesOfASwarmWithEntriesAndBytes() throws {
    let fixture = try MemoryFixture()
    let outcome = try fixture.program("users", "alpha", "--json")
    expect(outcome, status: 0)
    #expect(users(outcome) == ["shared", MemoryFixture.tea, MemoryFixture.milk], "\(outcome)")
    let tea = outcome.json?["users"]?.array?[1]
    #expect(tea?["entries"]?.int == 3)
    #expect(tea?["bytes"]?.int == MemoryFixture.entries.utf8.count)
    #expect(tea?["swarm_guid"]?.string == MemoryFixture.first)
    #expect(tea?["modified_at"]?.string?.hasSuffix("Z") == true)
  }

  @Test func listsEachUserOnceOverAllSwarms() throws {
    let fixture = try MemoryFixture()
    let outcome = try fixture.program("users", "--json")
    #expect(
      users(outcome) == ["shared", MemoryFixture.tea, MemoryFixture.milk, MemoryFixture.other],
      "\(outcome)")
    let tea = outcome.json?["users"]?.array?[1]
    #expect(
      tea?["swarms"]?.array?.compactMap(\.string) == [MemoryFixture.first, MemoryFixture.second])
    #expect(tea?["entries"]?.int == 4)
    #expect(tea?["swarm_guid"]?.isNull == true)
    let one = try fixture.program("users", "--user", MemoryFixture.tea, "--json")
    #expect(users(one) == [MemoryFixture.tea], "\(one)")
  }

  @Test func aSwarmThatCannotBeReadDoesNotHideTheOthers() throws {
    let fixture = try MemoryFixture()
    let damaged = "11111111-2222-4333-8444-000000000003"
    try fixture.write("swarms/\(damaged)/manifest.json", "{")
    try fixture.write("swarms/\(damaged)/memory", "a file")
    chmod(fixture.root + "/swarms/" + MemoryFixture.first, 0)
    defer { chmod(fixture.root + "/swarms/" + MemoryFixture.first, 0o700) }
    let words = Unprivileged.words
    func call(_ arguments: String...) throws -> Program.Outcome {
      try fixture.program.start(
        Array(words.dropFirst()) + [Program.path] + arguments, executable: words[0]
      ).wait()
    }
    let outcome = try call("users", "--json")
    expect(outcome, status: 2)
    #expect(users(outcome) == [MemoryFixture.tea, MemoryFixture.other], "\(outcome)")
    #expect(outcome.json?["status"]?.string == "ok")
    let warnings = outcome.json?["warnings"]?.array?.compactMap(\.string) ?? []
    #expect(warnings.count == 2, "\(outcome)")
    for text in [MemoryFixture.first, "Permission denied", damaged, "is not a folder"] {
      #expect(warnings.contains { $0.contains(text) }, "\(outcome)")
      #expect(outcome.stderr.contains(text), "\(outcome)")
    }
    for format in ["table", "jsonl", "name"] {
      let outcome = try call("users", "-o", format)
      expect(outcome, status: 2)
      #expect(outcome.stdout.contains(MemoryFixture.other), "\(outcome)")
      #expect(outcome.stderr.contains(MemoryFixture.first), "\(outcome)")
    }
    expect(try call("users", MemoryFixture.first, "--json"), code: .io)
    expect(try call("users", "beta"), status: 0)
  }

  @Test func filtersAndSorts() throws {
    let fixture = try MemoryFixture()
    let old = fixture.path(MemoryFixture.first, MemoryFixture.milk) + "/memory.json"
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: old)
    #expect(
      users(try fixture.program("users", "alpha", "--older-than", "30d", "--json")) == [
        MemoryFixture.milk
      ])
    #expect(
      users(try fixture.program("users", "alpha", "--larger-than", "100", "--json")) == [
        MemoryFixture.tea
      ])
    #expect(
      users(try fixture.program("users", "alpha", "--sort", "bytes", "--json")).first
        == MemoryFixture.tea)
    #expect(
      users(try fixture.program("users", "alpha", "--sort", "modified", "--json")).first
        == MemoryFixture.milk)
    #expect(
      users(try fixture.program("users", "--sort", "entries", "--json")).first == MemoryFixture.tea)
  }

  @Test func showsWhatIsOddAsWhatItIsAndFollowsNoLink() throws {
    let fixture = try MemoryFixture()
    let memory = fixture.root + "/swarms/\(MemoryFixture.first)/memory/"
    try fixture.program.folder.write("outside/memory.json", #"{"secret": 1}"#)
    try FileManager.default.createSymbolicLink(
      atPath: memory + MemoryFixture.other, withDestinationPath: fixture.program.folder("outside"))
    try fixture.memory(MemoryFixture.first, "B0B00000-0000-4000-8000-00000000000A", "{}")
    try fixture.write("swarms/\(MemoryFixture.first)/memory/notes.txt", "x")
    try fixture.write("swarms/\(MemoryFixture.first)/memory/backup/memory.json", "{}")
    try FileManager.default.createDirectory(
      atPath: memory + "b0b00000-0000-4000-8000-00000000000b", withIntermediateDirectories: false)
    try fixture.memory(MemoryFixture.first, "b0b00000-0000-4000-8000-00000000000c", "")
    try fixture.memory(MemoryFixture.first, "b0b00000-0000-4000-8000-00000000000d", "no json")
    let outcome = try fixture.program("users", "alpha", "--json")
    expect(outcome, status: 0)
    let odd = outcome.json?["users"]?.array?.filter { $0["state"]?.string == "odd" } ?? []
    #expect(odd.compactMap { $0["folder"]?.string }.count == 5, "\(outcome)")
    #expect(!outcome.stdout.contains("secret"))
    let rows = outcome.json?["users"]?.array ?? []
    #expect(rows.contains { $0["entries"]?.int == 0 && $0["bytes"]?.int == 0 })
    #expect(
      rows.contains {
        $0["user_guid"]?.string?.hasSuffix("0d") == true && $0["entries"]?.isNull == true
          && $0["state"]?.string == "not_json"
      })
    expect(try fixture.program("users", "alpha"), status: 0)
    expect(try fixture.program("users"), status: 0)
  }
}
