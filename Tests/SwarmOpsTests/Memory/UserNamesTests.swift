import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

@Suite struct UserNamesTests {
  @Test func aNameStandsForItsUserEverywhere() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let given = try program("users", "name", "Ada Lovelace", "--json")
    expect(given, status: 0)
    let guid = try #require(given.json?["user_guid"]?.string)
    #expect(GUID(guid) != nil)
    expect(
      try program("run", "test", "Keep", "key=a", "text=tea", "--user", "Ada Lovelace"), status: 0)
    let memory = try program("memory", "show", "test", "--user", guid)
    #expect(memory.stdout.contains("tea"), "\(memory)")
    let byVariable = try program(
      "run", "test", "Keep", environment: ["SWARMCTL_USER": "Ada Lovelace"])
    #expect(byVariable.stdout.contains("tea"), "\(byVariable)")
    let shared = try program(
      "run", "test", "Keep", "--shared", environment: ["SWARMCTL_USER": "Ada Lovelace"])
    #expect(!shared.stdout.contains("tea"), "\(shared)")
    let users = try program("users", "test")
    #expect(users.stdout.contains("Ada Lovelace"), "\(users)")
    #expect(
      try String(contentsOfFile: program.root + "/users.json", encoding: .utf8)
        .contains("\"Ada Lovelace\": \"\(guid)\""))
  }

  @Test func anUnknownNameIsNeverShared() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    try program("users", "name", "ada")
    for words in [["--user", "adaa"], ["--user", "Ada"]] {
      let outcome = try program.start(["run", "test", "Keep", "key=a"] + words).wait()
      expect(outcome, status: 64)
      #expect(outcome.stderr.contains("did you mean \"ada\"?"), "\(outcome)")
    }
    expect(
      try program("run", "test", "Keep", "key=a", environment: ["SWARMCTL_USER": "adaa"]),
      status: 64)
    #expect(try program("users", "test", "-q").stdout.isEmpty)
  }

  @Test func aNameHasOneOwner() throws {
    let program = try Program()
    let first = try program("users", "name", "ada", "-q").stdout
    #expect(try program("users", "name", "ada", "-q").stdout == first)
    expect(try program("users", "name", "ada", MemoryFixture.tea), status: 64)
    expect(try program("users", "name", "ADA"), status: 64)
    expect(try program("users", "name", "ada", "--remove"), status: 0)
    expect(try program("users", "name", "ada", MemoryFixture.tea), status: 0)
  }

  @Test func forgettingAUserTakesTheNameAlong() throws {
    let fixture = try MemoryFixture()
    expect(try fixture.program("users", "name", "tea", MemoryFixture.tea), status: 0)
    expect(try fixture.program("users", "name", "milk", MemoryFixture.milk), status: 0)
    let outcome = try fixture.program("memory", "forget", "--user", "tea", "--yes", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["names"] == ["tea"], "\(outcome)")
    #expect(try !fixture.holds(MemoryFixture.tea))
    #expect(try fixture.program("users", "names", "-q").stdout == "milk\n")
  }

  @Test func aBrokenFileOfNamesIsNamedAndKept() throws {
    let program = try Program()
    try program.folder.write("root/users.json", "{\"ada\": ")
    let outcome = try program("users", "name", "grace")
    expect(outcome, status: 65)
    #expect(outcome.stderr.contains("users.json"), "\(outcome)")
    #expect(
      try String(contentsOfFile: program.root + "/users.json", encoding: .utf8) == "{\"ada\": ")
    // Whoever is named by GUID does not need the file.
    expect(try program("memory", "forget", "--user", MemoryFixture.tea, "--dry-run"), status: 65)
  }

  @Test func fiftyNamesGivenAtOnceAreAllKept() throws {
    let program = try Program()
    let running = try (0..<50).map { try program.start(["users", "name", "user \($0)"]) }
    for one in running { expect(try one.wait(), status: 0) }
    #expect(try program("users", "names", "-q").stdout.split(separator: "\n").count == 50)
  }

  @Test(arguments: [
    "", "shared", "c0p110t0-aaaa-bbbb-cccc-123456789abc", "dead-beef", "cafe", "a\u{7}b",
    "a\u{200B}b", " a", "-a", String(repeating: "x", count: 65), MemoryFixture.tea,
  ])
  func whatCouldBeMistakenIsNoName(_ name: String) {
    #expect(UserNames.problem(name) != nil)
  }

  @Test(arguments: ["ada", "Ada Lovelace", "bob@example.com", "Änne", "abc", "42"])
  func peopleAreNames(_ name: String) {
    #expect(UserNames.problem(name) == nil)
  }

  @Test func wipingNeverTakesTheUserOfTheEnvironment() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    let outcome = try fixture.program(
      "memory", "wipe", "alpha", "--entry", "e1", "--yes",
      environment: ["SWARMCTL_USER": MemoryFixture.tea])
    expect(outcome, status: 64)
    #expect(try fixture.snapshot() == before)
  }
}
