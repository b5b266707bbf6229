import Foundation
import Testing

@testable import SwarmOps

@Suite struct CallHistoryTests {
  private let user = ScriptedSwarm.user

  private func calls(_ program: Program, _ words: String...) throws -> [JSONValue] {
    let outcome = try program.start(["history"] + words + ["--json"]).wait()
    expect(outcome, status: 0)
    return try #require(outcome.json?["calls"]?.array, "\(outcome)")
  }

  @Test func oneLineACallWithoutArgumentsOutputOrMemory() throws {
    let swarm = try ScriptedSwarm()
    let code = "json.dump({'secret': 1}, open(path, 'w')); result = 'hidden'"
    expect(try swarm.run(code, "--user", user), status: 0)
    expect(try swarm.run(code + "; raise ValueError('hidden')"), status: 1)
    expect(try swarm.run("result = '{\"status\": \"error\"}'"), status: 1)
    expect(
      try swarm.program("run", "test", "hidden agent", "secret=1", "--json"), code: .noSuchAgent)
    let text = String(decoding: try FileSystem.read(swarm.layout.history), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 4)
    for word in ["secret", "hidden", "code", "Traceback"] {
      #expect(!text.contains(word), "\(text)")
    }
    #expect(try FileSystem.status(swarm.layout.history)?.permissions == 0o600)

    let all = try calls(swarm.program)
    #expect(all.map { $0["exit"]?.int } == [66, 1, 1, 0], "\(all)")
    #expect(all.map { $0["agent"] } == [.null, "Script", "Script", "Script"])
    let first = try #require(all.last)
    #expect(first["swarm_guid"]?.string == "\(swarm.swarm)" && first["user_guid"]?.string == user)
    #expect(first["front_end"] == "run" && first["version"] == 1)
    #expect(first["bytes_before"] == .null && first["bytes_after"] == 13, "\(first)")
    #expect(try #require(first["ms"]?.int) > 0)
    #expect(first["at"]?.string?.hasSuffix("Z") == true)
    #expect(all[1]["version"] == .null)
  }

  @Test func filtersPickCalls() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run("pass", "--user", user), status: 0)
    expect(try swarm.run("raise ValueError(1)"), status: 1)
    let program = swarm.program
    #expect(try calls(program, "test").count == 2)
    #expect(try calls(program, "\(swarm.swarm)").count == 2)
    #expect(try calls(program, ScriptedSwarm.otherUser).isEmpty)
    #expect(try calls(program, "--user", user).count == 1)
    #expect(try calls(program, "--shared").count == 1)
    #expect(try calls(program, "--agent", "Script").count == 2)
    #expect(try calls(program, "--agent", "Other").isEmpty)
    #expect(try calls(program, "--failed").count == 1)
    #expect(try calls(program, "--since", "1h").count == 2)
    // A line of long ago.
    let old = CallRecord(swarm.swarm, .shared, frontEnd: "run")
    #expect(CallHistory(layout: swarm.layout).append([old]) == nil)
    #expect(try calls(program, "--since", "1h").count == 2)
    #expect(try calls(program).count == 3)
    let table = try program("history", "test", "--failed")
    #expect(table.stdout.contains("Script") && table.stdout.contains("shared"), "\(table)")
    expect(try program("history", "nothing", "--json"), code: .noSuchSwarm)
    expect(try program("remove", "test", "--yes"), status: 0)
    #expect(try calls(program, "\(swarm.swarm)").count == 3)
  }

  @Test func aBatchWritesALineForEachCall() throws {
    let swarm = try ScriptedSwarm()
    func request(_ code: String) -> String {
      Sources.text([
        "swarm": "test", "name": "Script", "user_guid": .string(user),
        "args": ["folder": "/", "code": .string(code)],
      ]) + "\n"
    }
    let codes = [
      "json.dump({'n': 1}, open(path, 'w'))", "pass", "raise ValueError(1)",
      "open(here + '/n.txt', 'w').write('n')", "pass",
    ]
    let batch = try swarm.program("batch", stdin: codes.map(request).joined())
    expect(batch, status: 1)
    let all = try calls(swarm.program)
    #expect(all.count == 5, "\(all)")
    #expect(all.allSatisfy { $0["front_end"] == "batch" && $0["user_guid"]?.string == user })
    #expect(all.filter { $0["exit"] == 1 }.count == 1)
    #expect(all.last?["version"] == 1 && all.last?["bytes_after"] == 8, "\(all)")
  }

  @Test func theLevelOfTheSandboxThatWasReachedIsRemembered() throws {
    let swarm = try ScriptedSwarm()
    let shown = try swarm.program(
      "run", "test", "Script", "folder=/", "code=pass", "--debug", "--json"
    ).json?["sandbox"]
    expect(try swarm.run("raise ValueError(1)"), status: 1)
    expect(try swarm.run("pass", "--sandbox", "off"), status: 0)
    expect(try swarm.program("run", "test", "Missing", "--json"), code: .noSuchAgent)
    let requests = ["pass", "raise ValueError(1)"].map {
      #"{"swarm": "test", "name": "Script", "args": {"folder": "/", "code": "\#($0)"}}"# + "\n"
    }
    expect(try swarm.program("batch", stdin: requests.joined()), status: 1)
    let said = try calls(swarm.program).map { $0["sandbox"]?.string }
    let landlock = Fence.possible.landlock
    #expect(shown?["landlock"]?.int == landlock, "\(shown ?? .null)")
    #expect(said.count == 6 && said[2] == nil && said[3] == "off", "\(said)")
    for text in [said[0], said[1], said[4], said[5]] {
      #expect(text?.hasPrefix("standard (") == true, "\(said)")
      if landlock > 0 { #expect(text?.contains("Landlock \(landlock)") == true, "\(said)") }
      if Fence.possible.isFiltered { #expect(text?.contains("seccomp") == true, "\(said)") }
    }
  }

  @Test func itCanBeTurnedOff() throws {
    let swarm = try ScriptedSwarm()
    let words = swarm.words("pass")
    expect(
      try swarm.program.start(words, environment: ["SWARMCTL_HISTORY": "off"]).wait(), status: 0)
    #expect(try FileSystem.status(swarm.layout.history) == nil)
    #expect(try calls(swarm.program).isEmpty)
  }

  @Test func aCallOnASnapshotSaysSo() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.program("snapshot", "create", "test", "old"), status: 0)
    expect(try swarm.program("run", "test@old", "Script", "folder=/", "code=pass"), status: 0)
    #expect(try calls(swarm.program).first?["snapshot"]?.string?.hasSuffix("_old") == true)
  }

  @Test func itIsBounded() throws {
    let folder = try TemporaryFolder()
    let layout = SwarmLayout(root: folder("root"))
    let history = CallHistory(layout: layout)
    let swarm = GUID.random()
    var record = CallRecord(swarm, .shared, frontEnd: "run")
    for number in 0..<60_000 {
      record.time = Int64(number)
      #expect(history.append([record]) == nil)
    }
    let bytes =
      try [layout.history, layout.olderHistory].map { try FileSystem.status($0)?.size ?? 0 }
      .reduce(0, +)
    #expect(bytes < 9 << 20 && bytes > 4 << 20)
    let records = try history.records { _ in true }
    #expect(records.first?.time == 59_999)
    #expect(records.map(\.time) == records.map(\.time).sorted(by: >))
  }

  @Test func linesThatWereCutOffAreNotInTheWay() throws {
    let folder = try TemporaryFolder()
    let layout = SwarmLayout(root: folder("root"))
    let history = CallHistory(layout: layout)
    var record = CallRecord(GUID.random(), .shared, frontEnd: "run")
    record.time = 1
    #expect(history.append([record]) == nil)
    let half = Array(record.line.prefix(40))
    let file = try FileSystem.openForAppending(layout.history)
    try FileSystem.writeAll(file.number, Array("no line\n".utf8) + half)
    record.time = 2
    #expect(history.append([record]) == nil)
    #expect(try history.records { _ in true }.map(\.time) == [2, 1])
  }

  @Test func forgettingTakesTheUsersLinesAndNoOthers() throws {
    let swarm = try ScriptedSwarm()
    for _ in 0..<3 { expect(try swarm.run("pass", "--user", user), status: 0) }
    expect(try swarm.run("pass", "--user", ScriptedSwarm.otherUser), status: 0)
    let dry = try swarm.program("memory", "forget", "--user", user, "--dry-run", "--json")
    #expect(dry.json?["forgotten"]?.array?.first?["place"] == "history", "\(dry)")
    #expect(try calls(swarm.program).count == 4)
    let outcome = try swarm.program("memory", "forget", "--user", user, "--yes", "--json")
    expect(outcome, status: 0)
    let item = outcome.json?["forgotten"]?.array?.first
    #expect(item?["place"] == "history" && item?["entries"] == 3, "\(outcome)")
    #expect(outcome.json?["remaining"]?.array == [])
    #expect(try calls(swarm.program).map { $0["user_guid"]?.string } == [ScriptedSwarm.otherUser])
  }

  @Test func aLineThatCannotBeWrittenIsAWarning() throws {
    let swarm = try ScriptedSwarm()
    try FileSystem.makeFolder(swarm.layout.history)
    let outcome = try swarm.run("json.dump({'n': 1}, open(path, 'w'))")
    expect(outcome, status: 0)
    #expect(outcome.stderr.contains("missing in the history"), "\(outcome)")
    #expect(try swarm.memory() == #"{"n": 1}"#)
  }

  @Test(.enabled(if: Machine.mounting != nil, "needs the right to mount"))
  func aFullDiskLeavesNothingHalfDone() throws {
    let mounting = try #require(Machine.mounting)
    let program = try Program()
    try program.folder.write("bundle/script_agent.py", ScriptedSwarm.agent)
    try program.folder.write("disk/x", "")
    let script = """
      cd "$1"; mount -t tmpfs -o size=4m t disk; export SWARMCTL_ROOT=$PWD/disk/root
      call() { "$2" run bundle Script folder=/ "code=$1" --json; echo "status $?"; }
      "$2" deploy bundle >/dev/null
      call "json.dump({'a': 'x' * 700000}, open(path, 'w'))" "$2"
      head -c 5m /dev/zero > disk/fill 2>/dev/null
      "$2" snapshot create bundle --json; echo "status $?"
      "$2" seal bundle --json; echo "status $?"
      "$2" snapshot list bundle -q
      rm disk/fill
      call "json.dump({'a': 'y' * 700000}, open(path, 'w'))" "$2"
      "$2" snapshot create bundle old -q >/dev/null; echo "status $?"
      call "json.dump({'a': 'z' * 700000}, open(path, 'w'))" "$2"
      head -c 5m /dev/zero > disk/fill 2>/dev/null
      "$2" snapshot restore bundle@old --yes --json; echo "status $?"
      "$2" memory undo bundle --json; echo "status $?"
      cat disk/root/swarms/*/memory/shared/memory.json | cksum
      "$2" memory forget --user 3f2504e0-4f89-41d3-9a0c-0305e82c3301 --yes; echo "status $?"
      rm disk/fill
      "$2" memory undo bundle --json >/dev/null; echo "status $?"
      """
    let outcome = try program.start(
      Array(mounting.dropFirst()) + [
        "/bin/sh", "-c", script, "-", program.folder.path, Program.path,
      ], executable: mounting[0]
    ).wait()
    let statuses = outcome.stdout.split(separator: "\n").filter { $0.hasPrefix("status") }
    #expect(
      statuses.map { $0.dropFirst(7) } == ["0", "74", "74", "0", "0", "0", "74", "74", "0", "0"],
      "\(outcome)")
    #expect(outcome.stdout.contains("No space left on device"), "\(outcome)")
  }
}
