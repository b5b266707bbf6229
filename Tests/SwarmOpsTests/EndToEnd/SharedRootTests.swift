import Foundation
import Testing

@testable import SwarmOps

/// A root that several machines share: its locks are leases, and everything else is as ever.
@Suite struct SharedRootTests {
  private let root: SharedRoot
  private var program: Program { root.program }
  private let user = SharedRoot.user

  init() throws { root = try SharedRoot() }

  /// An agent that says that it is at work, waits to be let go, and saves.
  private func slow() throws -> GUID {
    let swarm = try program.deploy([
      "slow_agent.py": Sources.agent(
        "Slow",
        body: """
          import json, os, time
                  path, place = os.environ["BRAINSTEM_MEMORY_PATH"], kwargs["place"]
                  memory = json.load(open(path)) if os.path.exists(path) else {}
                  open(place + "/" + kwargs["key"], "w").close()
                  while not os.path.exists(place + "/go"):
                      time.sleep(0.01)
                  time.sleep(kwargs.get("seconds", 0))
                  memory[kwargs["key"]] = 1
                  json.dump(memory, open(path, "w"))
                  return "saved"
          """),
      "keep_agent.py": Sources.keep,
    ])
    try program.allowMeetings(of: "test")
    return swarm
  }

  private func startSlow(_ key: String) throws -> Program.Running {
    let running = try program.start([
      "run", "test", "Slow", "key=\(key)", "place=\(program.meeting)", "--user", user, "-o", "json",
    ])
    while !FileManager.default.fileExists(atPath: program.meeting + "/" + key) {
      if running.hasEnded { throw SwarmError(.internalError, "\(try running.wait())") }
      usleep(20_000)
    }
    return running
  }

  @Test func aRootIsMadeSharedOnceAndEveryProcessReadsIt() throws {
    let again = try program("root", "--shared", "-o", "json")
    #expect(again.json?["changed"]?.bool == false, "\(again)")
    #expect(try program("root", "-o", "json").json?["locks"]?.string == "leases")
    let kind = try program("doctor", "-o", "json").json?["facts"]?["kind_of_locks"]?.string
    #expect(kind?.hasPrefix("leases, for several machines") == true)
    expect(try program("root", "--local"), status: 0)
    #expect(try program("root", "-o", "json").json?["locks"]?.string == "kernel")
  }

  @Test func settingsThatCannotBeReadStopEverythingThatLocks() throws {
    try program.deploy(["keep_agent.py": Sources.keep])
    try program.folder.write("root/root.json", #"{"locks":"hope"}"#)
    expect(try program("run", "test", "Keep", "key=a", "-o", "json"), code: .setup)
    #expect(try program("doctor", "-o", "json").stdout.contains("does not say how this root"))
  }

  @Test func aRootInUseIsNotMadeLocal() throws {
    _ = try slow()
    let running = try startSlow("a")
    let refused = try program("root", "--local", "--lock-timeout", "200ms", "-o", "json")
    expect(refused, code: .busy)
    try program.folder.write("meeting/go", "")
    expect(try running.wait(), status: 0)
    expect(try program("root", "--local"), status: 0)
  }

  /// Begins a call on a memory with one key, as a run or as a line of a batch, and lets it go on once
  /// something has been done to the memory.
  private func meanwhile(inBatch: Bool, _ body: (String) throws -> Void) throws -> Program.Outcome {
    let swarm = try slow()
    expect(try program("run", "test", "Keep", "key=x", "text=1", "--user", user), status: 0)
    let running: Program.Running
    if inBatch {
      let line: JSONValue = [
        "swarm": "test", "name": "Slow", "user_guid": .string(user),
        "args": ["key": "a", "place": .string(program.meeting)],
      ]
      running = try program.start(["batch", "-"], stdin: line.compactString + "\n")
      while !FileManager.default.fileExists(atPath: program.meeting + "/a") { usleep(20_000) }
    } else {
      running = try startSlow("a")
    }
    try body(root.memory(swarm))
    try program.folder.write("meeting/go", "")
    return try running.wait()
  }

  @Test(arguments: [false, true])
  func aTimeThatAServerSetsLateIsNoChange(inBatch: Bool) throws {
    var path = ""
    let outcome = try meanwhile(inBatch: inBatch) {
      path = $0
      var times = [timespec](repeating: timespec(tv_sec: time(nil) - 5, tv_nsec: 7), count: 2)
      try systemCall { utimensat(AT_FDCWD, path, &times, 0) }
    }
    expect(outcome, status: 0)
    #expect(try JSONValue.parse(FileSystem.read(path)).object?.count == 2)
  }

  @Test(arguments: [false, true])
  func aChangeByAProgramThatTakesNoLeaseIsAConflict(inBatch: Bool) throws {
    var path = ""
    let outcome = try meanwhile(inBatch: inBatch) {
      path = $0
      try Data("{\"y\": 12345}".utf8).write(to: URL(filePath: path))
    }
    #expect(outcome.stdout.contains("\"conflict\""), "\(outcome)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"y\": 12345}")
  }

  @Test func callsDeploysSnapshotsAndRemovalsLeaveNoLeaseBehind() throws {
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    expect(try program("run", "test", "Keep", "key=a", "text=b", "--user", user), status: 0)
    // Nothing was saved, so no folder was made for it.
    expect(try program("run", "test", "Keep"), status: 0)
    #expect(try root.leases.isEmpty)
    #expect(try FileSystem.list(program.folder("root/swarms/\(swarm)/memory")) == [user])
    #expect(try FileSystem.list(program.folder("root/.swarmctl/staging")).isEmpty)
    try program.deploy(["keep_agent.py": Sources.keep, "echo_agent.py": Sources.echo])
    #expect(try String(contentsOfFile: root.memory(swarm), encoding: .utf8).contains("b"))
    expect(try program("snapshot", "create", "test"), status: 0)
    expect(try program("seal", "test"), status: 0)
    expect(try program("unseal", "test", "--yes"), status: 0)
    expect(try program("memory", "undo", "test", "--user", user, "--yes"), status: 0)
    expect(try program("users", "name", "ada", user), status: 0)
    expect(try program("memory", "forget", "--user", user, "--yes"), status: 0)
    expect(try program("remove", "test", "--yes"), status: 0)
    #expect(try root.leases.isEmpty)
    let history = try program("history", "-o", "jsonl").stdout.split(separator: "\n").count
    #expect(history == 1, "forgotten with the user but for the anonymous call")
  }

  @Test(.timeLimit(.minutes(5)))
  func savesOfManyProcessesAreAllKept() throws {
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    let runs = try (0..<12).map {
      try program.start(["run", "test", "Keep", "key=r\($0)", "text=x", "--user", user])
    }
    let batches = try (0..<2).map { number in
      let lines = (0..<30).map {
        #"{"id":\#($0),"swarm":"test","name":"Keep","args":{"key":"b\#(number)-\#($0)","text":"x"},"#
          + #""user_guid":"\#(user)"}"#
      }
      return try program.start(
        ["batch", "-", "--lock-timeout", "2m"], stdin: lines.joined(separator: "\n") + "\n")
    }
    for run in runs + batches { expect(try run.wait(), status: 0) }
    #expect(try root.keys(swarm) == 72)
    #expect(try root.leases.isEmpty)
    let lines = try program("history", "test", "-o", "jsonl").stdout.split(separator: "\n")
    #expect(lines.count == 72, "no line is lost where many write at once")
  }

  @Test func whoHoldsTheLeaseIsNamedToWhoeverWaits() throws {
    _ = try slow()
    let running = try startSlow("a")
    defer { running.signal(SIGKILL) }
    let busy = try program(
      "run", "test", "Keep", "--user", user, "--lock-timeout", "1500ms", "-o", "json")
    expect(busy, code: .busy)
    #expect(busy.stdout.contains("held by process \(running.processID) on "), "\(busy)")
    running.signal(SIGINT)
    _ = try running.wait()
    #expect(try root.leases.isEmpty)
  }

  @Test func aKilledHolderOfThisMachineIsTakenOverAtOnce() throws {
    let swarm = try slow()
    let running = try startSlow("a")
    running.signal(SIGKILL)
    _ = try running.wait()
    #expect(try !root.leases.isEmpty)
    let next = try program(
      "run", "test", "Keep", "key=b", "--user", user, "--lock-timeout", "5s")
    expect(next, status: 0)
    #expect(try root.keys(swarm) == 1)
  }

  @Test(.timeLimit(.minutes(2)))
  func aStoppedHolderIsTakenOverAndRefusesToCommit() throws {
    let swarm = try slow()
    let stopped = try startSlow("late")
    stopped.signal(SIGSTOP)
    let start = ContinuousClock.now
    let next = try program(
      "run", "test", "Keep", "key=b", "--user", user, "--lock-timeout", "60s")
    expect(next, status: 0)
    #expect(start.duration(to: .now) > .seconds(7), "not before its term is over")
    try program.folder.write("meeting/go", "")
    stopped.signal(SIGCONT)
    let late = try stopped.wait()
    expect(late, code: .conflict)
    #expect(late.stdout.contains("took over its lock"), "\(late)")
    #expect(try String(contentsOfFile: root.memory(swarm), encoding: .utf8) == #"{"b": ""}"#)
    #expect(try root.leases.isEmpty)
  }

  @Test(.timeLimit(.minutes(2)), arguments: [false, true])
  func aBatchThatLostALeaseTakesItAgain(ofTheSwarm: Bool) throws {
    let swarm = try slow()
    // Longer than a batch collects what several calls made of one memory.
    let keys = ["late"] + (0..<40).map { "k\($0)" }
    let lines = keys.map { key -> String in
      let line: JSONValue = [
        "swarm": "test", "name": "Slow", "user_guid": .string(user),
        "args": [
          "key": .string(key), "place": .string(program.meeting),
          "seconds": key == "late" ? 0 : 0.02,
        ],
      ]
      return line.compactString + "\n"
    }
    let batch = try program.start(["batch", "-"], stdin: lines.joined())
    while !FileManager.default.fileExists(atPath: program.meeting + "/late") { usleep(20_000) }
    batch.signal(SIGSTOP)
    if ofTheSwarm {
      try program.deploy(["keep_agent.py": Sources.keep, "echo_agent.py": Sources.echo])
    } else {
      expect(try program("run", "test", "Keep", "key=b", "--user", user), status: 0)
    }
    try program.folder.write("meeting/go", "")
    batch.signal(SIGCONT)
    let answers = try batch.wait().stdout.split(separator: "\n").map {
      try JSONValue.parse(Array($0.utf8))
    }
    #expect(answers.first?["code"]?.string == "conflict", "\(answers.first ?? .null)")
    #expect(answers.last?["status"]?.string == "ok", "\(answers.last ?? .null)")
    let kept = try JSONValue.parse(FileSystem.read(root.memory(swarm))).object
    let acknowledged = zip(keys, answers).filter { $1["status"]?.string == "ok" }.map { $0.0 }
    #expect(Set(kept?.map(\.key) ?? []) == Set(acknowledged + (ofTheSwarm ? [] : ["b"])))
    #expect(try root.leases.isEmpty)
  }

  @Test func stagingOfAnotherMachineIsSweptOnceNothingWasHeardOfItForADay() throws {
    try program.deploy(["keep_agent.py": Sources.keep])
    let place = program.folder("root/.swarmctl/staging")
    for (name, age) in [("1-a-b", 3600), ("1-b-b", 200_000)] {
      try FileSystem.makeFolders("\(place)/\(name)/alive")
      var times = [timespec](repeating: timespec(tv_sec: time(nil) - age, tv_nsec: 0), count: 2)
      try systemCall { utimensat(AT_FDCWD, "\(place)/\(name)/alive", &times, 0) }
    }
    expect(try program("run", "test", "Keep"), status: 0)
    #expect(try FileSystem.list(place) == ["1-a-b"])
  }

  @Test func whatAKilledProcessLeftOfALeaseIsRemovedByTheDoctor() throws {
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    let place = program.folder("root/.swarmctl/leases/\(swarm)")
    for (name, age) in [("swarm.new-a", 3600), ("swarm.new-b", 200_000)] {
      try FileSystem.makeFolders("\(place)/\(name)/record")
      var times = [timespec](repeating: timespec(tv_sec: time(nil) - age, tv_nsec: 0), count: 2)
      try systemCall { utimensat(AT_FDCWD, "\(place)/\(name)", &times, 0) }
    }
    #expect(try program("doctor").stdout.contains("1 lease was begun by processes that died"))
    expect(try program("doctor", "--fix"), status: 0)
    #expect(try FileSystem.list(place) == ["swarm.new-a"])
  }
}
