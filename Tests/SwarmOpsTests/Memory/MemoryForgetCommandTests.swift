import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryForgetCommandTests {
  private let tea = MemoryFixture.tea

  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func aSwarmThatIsBeingCopiedIsForgottenInToo() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run("json.dump(1, open(path, 'w'))", "--user", tea), status: 0)
    // The copy has the memory, and waits for the disk before it is in its place.
    let strace = Machine.strace("fsync:delay_enter=150000")
    let copying = try swarm.program.start(
      Array(strace.dropFirst()) + [Program.path, "copy", "test", "other", "--memory"],
      executable: strace[0])
    let staging = swarm.layout.staging
    func hasCopy() throws -> Bool {
      let found = try swarm.program.shell("find '\(staging)' -name '\(tea)' | grep -c .").stdout
      return found.first != "0"
    }
    while try !hasCopy() { if copying.hasEnded { break } }
    #expect(!copying.hasEnded)
    expect(try swarm.program("memory", "forget", "--user", tea, "--yes"), status: 0)
    expect(try copying.wait(), status: 0)
    #expect(
      try swarm.program.shell("find '\(swarm.layout.root)' -name '*\(tea)*' | grep -c .").stdout
        .first == "0")
  }

  @Test func forgettingTakesEveryCopyAndNothingElse() throws {
    let fixture = try MemoryFixture()
    let first = "swarms/\(MemoryFixture.first)"
    try fixture.write("\(first)/memory/\(tea)/notes/a.txt", "beside")
    try fixture.memory(MemoryFixture.first, tea.uppercased(), #"{"upper":1}"#)
    try fixture.write("\(first)/snapshots/2026/memory/\(tea)/memory.json", #"{"snap":1}"#)
    try fixture.write("\(first)/snapshots/2026/memory/\(MemoryFixture.milk)/memory.json", "{}")
    try fixture.write(
      ".swarmctl/kept/\(MemoryFixture.first)/\(tea)/20260101T000000Z-1-conflict/memory.json", "{}")
    try fixture.write(
      ".swarmctl/staging/1-dead/swarms/\(MemoryFixture.first)/memory/\(tea)/memory.json",
      #"{"of": "\#(tea)"}"#)
    let before = try fixture.snapshot()
    let dry = try fixture.program("memory", "forget", "--user", tea, "--dry-run", "--json")
    #expect(dry.json?["files"]?.int == 7, "\(dry)")
    expect(
      try fixture.program("memory", "forget", "--user", tea, "--json"), code: .confirmationRequired)
    #expect(try fixture.snapshot() == before)

    let bytes = try #require(try fixture.bytes(MemoryFixture.first, tea))
    let outcome = try fixture.program(
      "memory", "forget", "--user", tea.uppercased(), "--yes", "--json")
    expect(outcome, status: 0)
    let items = outcome.json?["forgotten"]?.array ?? []
    #expect(items.count == 7, "\(outcome)")
    let item = items.first {
      $0["path"]?.string == fixture.path(MemoryFixture.first, tea) + "/memory.json"
    }
    #expect(item?["sha256"]?.string == SHA256.hex(of: bytes))
    #expect(item?["entries"]?.int == 3)
    #expect(item?["bytes"]?.int == bytes.count)
    #expect(
      Set(items.compactMap { $0["place"]?.string }) == ["memory", "kept", "snapshot", "staging"])
    #expect(outcome.json?["remaining"]?.array == [])
    #expect(try !fixture.holds(tea))
    let gone = [MemoryFixture.first, MemoryFixture.second].map { "root/swarms/\($0)/memory/\(tea)" }
    #expect(
      try fixture.snapshot()
        == before.without(
          gone[0], gone[1], "root/\(first)/memory/\(tea.uppercased())",
          "root/\(first)/snapshots/2026/memory/\(tea)"))

    let again = try fixture.program("memory", "forget", "--user", tea, "--yes", "--json")
    expect(again, status: 0)
    #expect(again.json?["forgotten"]?.array == [], "\(again)")
    expect(
      try fixture.program("memory", "forget", "--user", tea, "--json"), code: .confirmationRequired)
  }

  @Test func whatOthersSayOfTheUserIsNamedAndLeft() throws {
    let fixture = try MemoryFixture()
    try fixture.memory(
      MemoryFixture.second, MemoryFixture.other,
      #"{"o":{"content":"friend of \#(tea.uppercased())"}}"#)
    let outcome = try fixture.program("memory", "forget", "--user", tea, "--yes", "--json")
    expect(outcome, status: 2)
    #expect(
      outcome.json?["remaining"]?.array?.compactMap { $0["path"]?.string }
        == [fixture.path(MemoryFixture.second, MemoryFixture.other) + "/memory.json"], "\(outcome)")
    #expect(try fixture.bytes(MemoryFixture.second, MemoryFixture.other) != nil)
  }

  @Test func aLinkWithTheUsersNameGoesAndItsTargetStays() throws {
    let fixture = try MemoryFixture()
    try fixture.program.folder.write("outside/memory.json", #"{"x": 1}"#)
    let user = "b0b00000-0000-4000-8000-00000000000b"
    try FileManager.default.createSymbolicLink(
      atPath: fixture.path(MemoryFixture.first, user),
      withDestinationPath: fixture.program.folder("outside"))
    let outcome = try fixture.program("memory", "forget", "--user", user, "--yes", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["forgotten"]?.array?.first?["kind"]?.string == "link", "\(outcome)")
    #expect(try !fixture.holds(user))
    #expect(
      try FileSystem.read(fixture.program.folder("outside/memory.json")) == Array(#"{"x": 1}"#.utf8)
    )
  }

  @Test func aSwarmWithTheUsersGUIDIsNotTheUser() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    let outcome = try fixture.program(
      "memory", "forget", "--user", MemoryFixture.first, "--yes", "--json")
    expect(outcome, status: 2)
    #expect(try fixture.snapshot() == before)
  }

  @Test func theSentinelIsNobody() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    expect(
      try fixture.program("memory", "forget", "--user", GUID.anonymousSentinel, "--yes", "--json"),
      code: .badUser)
    #expect(try fixture.snapshot() == before)
  }

  @Test func aBusyNamespaceLeavesEverythingAsItWas() throws {
    let fixture = try MemoryFixture()
    let swarm = try #require(GUID(MemoryFixture.second))
    let lock = try StoreLocks(SwarmLayout(root: fixture.root)).namespace(
      swarm, try Namespace(user: tea), LockOptions())
    let before = try fixture.snapshot()
    let forget = MemoryForget(
      store: fixture.program.store, locks: LockOptions(timeout: .milliseconds(50)))
    #expect { try forget.carryOut(try #require(GUID(tea))) } throws: { error in
      [.busy, .refused].contains((error as? SwarmError)?.code)
    }
    #expect(try fixture.snapshot() == before)
    lock.release()
  }

  @Test func nothingIsLeftAfterACrashAConflictAndARefusedCommit() throws {
    let program = try Program()
    let slow = """
      import json, os, time
      from agents.basic_agent import BasicAgent
      class SlowAgent(BasicAgent):
          def __init__(self):
              super().__init__("Slow", {"name": "Slow", "parameters": {"type": "object",
                  "properties": {"mode": {"type": "string"}}}})
          def perform(self, mode="", **kwargs):
              path = os.environ["BRAINSTEM_MEMORY_PATH"]
              user = os.path.basename(os.path.dirname(path))
              with open(path, "w") as file:
                  json.dump({"of": user, "mode": mode}, file) if mode != "broken" else file.write("{" + user)
              if mode == "sleep":
                  print("written", flush=True)
                  time.sleep(60)
              if mode == "conflict":
                  root = path.split("/.swarmctl/")[0]
                  other = root + "/swarms" + path.split("/swarms", 1)[1]
                  os.makedirs(os.path.dirname(other), exist_ok=True)
                  with open(other, "w") as file:
                      file.write('{"other program": "%s"}' % user)
              return "done"
      """
    let swarm = try program.deploy(["slow_agent.py": slow])
    let words = ["run", "test", "Slow", "--user", tea, "--sandbox", "off"]
    expect(try program.start(words + ["mode=conflict"]).wait(), status: 76)
    expect(try program.start(words + ["mode=broken"]).wait(), status: 65)
    let crashed = try program.start(words + ["mode=sleep"])
    while !crashed.stderrSoFar.contains("written"), !crashed.hasEnded { usleep(10_000) }
    crashed.signal(SIGKILL)
    _ = try crashed.wait()
    let outcome = try program("memory", "forget", "--user", tea, "--yes", "--json")
    expect(outcome, status: 0)
    let places = outcome.json?["forgotten"]?.array?.compactMap { $0["place"]?.string } ?? []
    #expect(
      places.sorted() == ["history", "kept", "kept", "memory", "staging"], "\(outcome)")
    let found = try program.shell(
      "grep -riaq '\(tea)' '\(program.root)' || find '\(program.root)' | grep -qi '\(tea)'")
    #expect(found.status != 0)
    #expect(try FileSystem.status(program.store.layout.manifest(swarm)) != nil)
  }
}
