import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryWipeCommandTests {
  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func aDiskErrorOnTheSecondLookIsNoConflict() throws {
    let fixture = try MemoryFixture()
    let file = fixture.path(MemoryFixture.first, MemoryFixture.tea) + "/memory.json"
    func wipe(failing time: Int) throws -> Program.Outcome {
      try fixture.program.start(
        [
          "-qq", "-o", "/dev/null", "-P", file, "-e", "trace=openat", "-e",
          "inject=openat:error=EIO:when=\(time)", Program.path, "memory", "wipe", "alpha",
          "--user", MemoryFixture.tea, "--entry", "e1", "--yes", "--json",
        ], executable: "/usr/bin/strace"
      ).wait()
    }
    let before = try fixture.snapshot()
    for time in 1...3 {
      let outcome = try wipe(failing: time)
      expect(outcome, code: .io)
      #expect(outcome.stdout.contains(file), "\(time): \(outcome)")
      #expect(try fixture.snapshot() == before, "\(time): \(outcome)")
    }
    expect(try wipe(failing: 4), status: 0)
  }

  private let tea = MemoryFixture.tea
  private let teaPath = "root/swarms/\(MemoryFixture.first)/memory/\(MemoryFixture.tea)"

  @Test func wipeWithoutTerminalChangesNothing() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    for words in [
      ["--user", tea], ["--shared"], ["--all-users"], ["--user", tea, "--entry", "e1"],
      ["--user", tea, "--older-than", "30d"],
    ] {
      let human = try fixture.program.start(["memory", "wipe", "alpha"] + words).wait()
      expect(human, status: 64)
      let json = try fixture.program.start(["memory", "wipe", "alpha"] + words + ["--json"]).wait()
      expect(json, code: .confirmationRequired)
      let dry = try fixture.program.start(["memory", "wipe", "alpha"] + words + ["--dry-run"])
        .wait()
      expect(dry, status: 0)
    }
    #expect(try fixture.snapshot() == before)
  }

  @Test func wipingAUserTakesExactlyThatNamespace() throws {
    let fixture = try MemoryFixture()
    try fixture.write("swarms/\(MemoryFixture.first)/memory/\(tea)/notes/a.txt", "beside")
    let before = try fixture.snapshot()
    let dry = try fixture.program("memory", "wipe", "alpha", "--user", tea, "--dry-run", "--json")
    let outcome = try fixture.program(
      "memory", "wipe", "alpha", "--user", tea.uppercased(), "--yes", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["wiped"] == dry.json?["wiped"], "\(outcome)\n\(dry)")
    #expect(outcome.json?["wiped"]?.array?.first?["files"]?.int == 2)
    #expect(try fixture.snapshot() == before.without(teaPath))
    #expect(try fixture.program.store.layout.isStagingEmpty)
    expect(
      try fixture.program("memory", "wipe", "alpha", "--user", tea, "--yes", "--json"),
      code: .noSuchUser)
  }

  @Test func wipingSharedTakesSharedAlone() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    expect(try fixture.program("memory", "wipe", "alpha", "--shared", "--yes"), status: 0)
    #expect(
      try fixture.snapshot()
        == before.without("root/swarms/\(MemoryFixture.first)/memory/shared"))
  }

  @Test func wipingAllUsersLeavesTheOtherSwarmAndWhatIsNoNamespace() throws {
    let fixture = try MemoryFixture()
    try fixture.write("swarms/\(MemoryFixture.first)/memory/backup/memory.json", "{}")
    try fixture.memory(MemoryFixture.first, MemoryFixture.other.uppercased(), "{}")
    let before = try fixture.snapshot()
    let outcome = try fixture.program("memory", "wipe", "alpha", "--all-users", "--yes", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["wiped"]?.array?.count == 4, "\(outcome)")
    #expect(outcome.stderr.contains("backup"), "\(outcome)")
    let memory = "root/swarms/\(MemoryFixture.first)/memory/"
    #expect(
      try fixture.snapshot()
        == before.without(
          memory + tea, memory + MemoryFixture.milk, memory + "shared",
          memory + MemoryFixture.other.uppercased()))
  }

  @Test func wipingAnEntryKeepsEveryOtherByte() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    let outcome = try fixture.program(
      "memory", "wipe", "alpha", "--user", tea, "--entry", "e1", "--entry", "e3", "--yes", "--json")
    expect(outcome, status: 0)
    let left = String(
      decoding: try #require(try fixture.bytes(MemoryFixture.first, tea)), as: UTF8.self)
    #expect(
      left == """
        {
          "e2": { "content": "Änderung im Büro",  "date": "2026-05-06", "big": 12345678901234567890 }
        }\n
        """)
    #expect(
      try fixture.snapshot().without(teaPath + "/memory.json")
        == before.without(teaPath + "/memory.json"))
    expect(
      try fixture.program(
        "memory", "wipe", "alpha", "--user", tea, "--entry", "e2", "--entry", "e1", "--yes",
        "--json"),
      code: .noSuchEntry)
    #expect(try fixture.bytes(MemoryFixture.first, tea) == Array(left.utf8))
  }

  @Test func wipingOldEntriesKeepsThoseThatSayNoDate() throws {
    let fixture = try MemoryFixture()
    let outcome = try fixture.program(
      "memory", "wipe", "alpha", "--all-users", "--older-than", "1y", "--yes", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["wiped"]?.array?.count == 1, "\(outcome)")
    #expect(outcome.json?["wiped"]?.array?.first?["entry_ids"]?.array == ["e1"], "\(outcome)")
    #expect(outcome.json?["wiped"]?.array?.first?["undated"]?.int == 1, "\(outcome)")
    let members = try JSONScanner.members(try #require(try fixture.bytes(MemoryFixture.first, tea)))
    #expect(members.map(\.key) == ["e2", "e3"])
    // Again: nothing is old any more, which is no error.
    expect(
      try fixture.program(
        "memory", "wipe", "alpha", "--all-users", "--older-than", "1y", "--yes"), status: 0)
  }

  @Test func noPrefixEverDestroys() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    expect(
      try fixture.program("memory", "wipe", "beta", "--user", "a11ce000", "--yes", "--json"),
      code: .badUser)
    let prefix = try fixture.program(
      "memory", "wipe", "11111111-2222-4333-8444-00000000000", "--shared", "--yes", "--json")
    expect(prefix, code: .noSuchSwarm)
    #expect(prefix.json?["hint"]?.string?.contains(MemoryFixture.first) == true, "\(prefix)")
    expect(
      try fixture.program("memory", "forget", "--user", "a11ce000", "--yes", "--json"),
      code: .badUser)
    expect(try fixture.program("memory", "wipe", "alpha", "--yes", "--json"), code: .usage)
    #expect(try fixture.snapshot() == before)
  }

  @Test func wipingALinkTakesTheLinkAndNotWhatItLeadsTo() throws {
    let fixture = try MemoryFixture()
    try fixture.program.folder.write("outside/memory.json", #"{"x": 1}"#)
    let link = fixture.path(MemoryFixture.first, MemoryFixture.other)
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: fixture.program.folder("outside"))
    expect(
      try fixture.program("memory", "wipe", "alpha", "--user", MemoryFixture.other, "--yes"),
      status: 0)
    #expect(try FileSystem.status(link) == nil)
    #expect(
      try FileSystem.read(fixture.program.folder("outside/memory.json")) == Array(#"{"x": 1}"#.utf8)
    )
  }

  @Test func wipingTakesWhatRunsCouldNotCommit() throws {
    let fixture = try MemoryFixture()
    try fixture.write(
      ".swarmctl/kept/\(MemoryFixture.first)/\(tea)/20260101T000000Z-1-conflict/memory.json",
      #"{"kept": 1}"#)
    try fixture.write(
      ".swarmctl/kept/\(MemoryFixture.first)/\(MemoryFixture.milk)/x/memory.json", "{}")
    let dry = try fixture.program("memory", "wipe", "alpha", "--user", tea, "--dry-run")
    #expect(dry.stdout.contains("could not commit"), "\(dry)")
    expect(try fixture.program("memory", "wipe", "alpha", "--user", tea, "--yes"), status: 0)
    let kept = fixture.root + "/.swarmctl/kept/\(MemoryFixture.first)/"
    #expect(try FileSystem.status(kept + tea) == nil)
    #expect(try FileSystem.status(kept + MemoryFixture.milk) != nil)
  }

  @Test func whatChangedAfterTheListWasMadeIsNotWiped() throws {
    let fixture = try MemoryFixture()
    let wipe = MemoryWipe(store: fixture.program.store, locks: LockOptions())
    let swarm = try #require(GUID(MemoryFixture.first))
    for part in [MemoryWipe.Part.everything, .entries(["m"])] {
      let plan = try wipe.plan(swarm, .one(try Namespace(user: MemoryFixture.milk)), part)
      try fixture.memory(
        MemoryFixture.first, MemoryFixture.milk, #"{"m":{"content":"changed \#(part)"}}"#)
      let before = try fixture.snapshot()
      #expect { try wipe.carryOut(plan) } throws: { ($0 as? SwarmError)?.code == .conflict }
      #expect(try fixture.snapshot() == before)
    }
  }

  @Test func aBusyNamespaceIsNotWiped() throws {
    let fixture = try MemoryFixture()
    let swarm = try #require(GUID(MemoryFixture.first))
    let locks = StoreLocks(SwarmLayout(root: fixture.root))
    let shared = try locks.swarm(swarm, .shared, LockOptions())
    let lock = try locks.namespace(swarm, try Namespace(user: tea), LockOptions())
    let before = try fixture.snapshot()
    let busy = try fixture.program(
      "memory", "wipe", "alpha", "--user", tea, "--yes", "--json", "--lock-timeout", "50ms")
    // The test is what started swarmctl, so it is told that waiting would never end.
    #expect(busy.status == 77 || busy.status == 75, "\(busy)")
    let all = try fixture.program(
      "memory", "wipe", "alpha", "--all-users", "--yes", "--json", "--lock-timeout", "50ms")
    #expect(all.status == 77 || all.status == 75, "\(all)")
    #expect(try fixture.snapshot() == before)
    expect(
      try fixture.program("memory", "wipe", "alpha", "--user", MemoryFixture.milk, "--yes"),
      status: 0)
    lock.release()
    shared.release()
  }

  @Test func memoryWithoutEntriesIsWipedWholeOrNotAtAll() throws {
    let fixture = try MemoryFixture()
    try fixture.memory(MemoryFixture.first, MemoryFixture.milk, "[1, 2]")
    expect(
      try fixture.program(
        "memory", "wipe", "alpha", "--user", MemoryFixture.milk, "--older-than", "1d", "--yes",
        "--json"),
      code: .badData)
    #expect(try fixture.bytes(MemoryFixture.first, MemoryFixture.milk) == Array("[1, 2]".utf8))
    expect(
      try fixture.program("memory", "wipe", "alpha", "--user", MemoryFixture.milk, "--yes"),
      status: 0)
    #expect(try fixture.bytes(MemoryFixture.first, MemoryFixture.milk) == nil)
  }
}

extension SwarmLayout {
  /// Whether no operation has left anything.
  var isStagingEmpty: Bool {
    get throws { try FileSystem.status(staging) == nil || FileSystem.list(staging).isEmpty }
  }
}
