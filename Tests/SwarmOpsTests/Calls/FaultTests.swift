import Foundation
import Testing

@testable import SwarmOps

/// Faults of the system, put in by strace, resource limits and file systems of their own.
@Suite struct FaultTests {
  private static let change = "open(path, 'w').write('{\"changed\": true}')"
  private static let several = change + "; open(here + '/new.txt', 'w').write('new')"

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: [
      (change, "fsync:error=EIO:when=1"), (change, "fsync:error=EIO:when=2"),
      (change, "rename:error=EACCES:when=1"), (change, "rename:error=ENOSPC:when=1"),
      (change, "copy_file_range:error=EIO:when=1+"), (change, "mkdir:error=ENOSPC:when=1"),
      (change, "fchmod:error=EPERM:when=1"), (change, "utimensat:error=EPERM:when=1"),
      (several, "fsync:error=EIO:when=1"), (several, "fsync:error=EIO:when=2"),
      (several, "fsync:error=EIO:when=3"), (several, "fsync:error=EIO:when=4"),
      (several, "renameat2:error=EINVAL:when=1"), (several, "renameat2:error=EIO:when=1"),
      ("os.remove(path)", "rename:error=EIO:when=1"),
      ("os.remove(path)", "fsync:error=EIO:when=1"),
      ("import shutil; shutil.rmtree(here)", "fsync:error=EIO:when=1"),
    ])
  func aFailingSystemCallIsAnErrorAndNoChange(code: String, fault: String) throws {
    let swarm = try ScriptedSwarm()
    // The catalog and the host are there: only the run's own calls are left to fail.
    expect(try swarm.run("pass"), status: 0)
    try swarm.remember(#"{"a": 1}"#)
    try swarm.remember("old", in: "old.txt")
    let isCopyLost = fault.hasPrefix("copy_file_range")
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let outcome = try swarm.run(code, under: Machine.strace(fault))
    if isCopyLost {
      // Then it copies by reading and writing.
      expect(outcome, status: 0)
      #expect(try swarm.memory() == #"{"changed": true}"#)
    } else if outcome.status == 0, code.contains("rmtree") || code.contains("remove") {
      Issue.record("the fault did not strike: \(outcome)")
    } else {
      // A file system that cannot exchange two folders is named as what is wrong.
      expect(outcome, code: fault.contains("EINVAL") ? .setup : .io)
      #expect(
        try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before, "\(outcome)")
    }
    expect(try swarm.run("pass"), status: 0)
    #expect(try swarm.staged() == [])
  }

  /// The files that an operation may leave: all of the first state or all of the second.
  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func aRequestThatCannotBeSentEndsTheRun() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    expect(try swarm.run("pass"), status: 0)
    let outcome = try swarm.run(Self.change, under: Machine.strace("write:error=EIO:when=1"))
    #expect(outcome.json?["code"] == "agent_failed", "\(outcome)")
    #expect(try swarm.memory() == #"{"a": 1}"#)
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: [
      "fsync:error=EIO:when=1", "fsync:error=EIO:when=4", "fsync:error=EIO:when=5",
      "fsync:error=EIO:when=6", "rename:error=EACCES:when=1", "renameat2:error=EINVAL:when=1",
      "renameat2:error=EIO:when=1", "renameat2:error=EIO:when=2", "renameat2:error=EIO:when=3",
      "fsync:error=EIO:when=7", "fsync:error=EIO:when=8", "mkdir:error=ENOSPC:when=1",
    ])
  func aDeployThatFailsChangesNothing(fault: String) throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run("pass"), status: 0)
    try swarm.remember(#"{"a": 1}"#)
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let strace = Machine.strace(fault)
    let outcome = try swarm.program.start(
      Array(strace.dropFirst())
        + [Program.path, "deploy", swarm.program.folder("bundles/test"), "--json"],
      executable: strace[0]
    ).wait()
    #expect([0, 74, 78].contains(outcome.status), "\(outcome)")
    if outcome.status != 0 {
      #expect(
        try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before, "\(outcome)")
    }
    expect(try swarm.run("pass"), status: 0)
  }

  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func aFileSystemThatCanNeitherExchangeNorKeepFromReplacingTakesDeploysAndRuns() throws {
    let program = try Program()
    let strace = Machine.strace("renameat2:error=EINVAL")
    func call(_ words: String...) throws -> Program.Outcome {
      try program.start(
        Array(strace.dropFirst()) + [Program.path] + words, executable: strace[0]
      ).wait()
    }
    for (number, agents) in [["a", "b"], ["a", "c"], ["a"]].enumerated() {
      let place = "bundles\(number)/test"
      for name in agents {
        try program.folder.write(
          "\(place)/\(name)_agent.py", Sources.agent(name, body: "return '\(number)'"))
      }
      expect(try call("deploy", program.folder(place)), status: 0)
      #expect(try call("run", "test", "a").stdout == "\(number)\n")
    }
    let swarm = try #require(try program.store.list().swarms.first?.guid)
    let layout = program.store.layout
    #expect(try FileSystem.list(layout.agents(swarm)) == ["a_agent.py"])
    #expect(try KeptDeploys(layout: layout, swarm: swarm).numbers() == [2, 1])
    #expect(try FileSystem.status(layout.nextDeploy(swarm)) == nil)
  }

  @Test(.enabled(if: Machine.hasProcessLimits, "needs prlimit"))
  func aFileSizeLimitIsAnErrorAndNoChange() throws {
    let swarm = try ScriptedSwarm()
    let text = "{\"a\": \"" + String(repeating: "x", count: 10_000) + "\"}"
    try swarm.remember(text)
    let outcome = try swarm.run(
      "open(path, 'a')", under: ["/usr/bin/prlimit", "--fsize=8192"])
    expect(outcome, code: .io)
    #expect(outcome.stdout.contains("ulimit -f"), "\(outcome)")
    #expect(try swarm.memory() == text)
    expect(try swarm.run("pass"), status: 0)
    #expect(try swarm.staged() == [])
  }

  @Test(.enabled(if: Machine.hasProcessLimits, "needs prlimit"))
  func bytecodeThatCouldNotBeWrittenWholeIsNotKept() throws {
    let swarm = try ScriptedSwarm()
    let host = try #require(
      try FileManager.default.contentsOfDirectory(atPath: swarm.layout.cache)
        .first { $0.hasPrefix("host-") })
    let cache = swarm.layout.cache + "/" + host
    try? FileManager.default.removeItem(atPath: cache)
    for limit in [512, 3000, 5000] {
      _ = try swarm.run("raise ValueError(1)", under: ["/usr/bin/prlimit", "--fsize=\(limit)"])
      let outcome = try swarm.run("raise ValueError(1)")
      expect(outcome, status: 1)
      #expect(outcome.stdout.contains("ValueError"), "\(limit) \(outcome)")
      #expect(outcome.stderr.isEmpty, "\(limit) \(outcome)")
      try FileManager.default.removeItem(atPath: cache)
    }
  }

  @Test(.enabled(if: Machine.hasProcessLimits, "needs prlimit"))
  func aFullDescriptorTableIsAnErrorAndNoChange() throws {
    let swarm = try ScriptedSwarm()
    var failed = 0
    for limit in [4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32] {
      try swarm.remember(#"{"a": 1}"#)
      let outcome = try swarm.run(
        Self.several, under: ["/usr/bin/prlimit", "--nofile=\(limit)"])
      // Below what the dynamic loader needs, the program does not even start.
      if outcome.status == 127 { continue }
      if outcome.status == 0 {
        #expect(try swarm.memory() == #"{"changed": true}"#, "\(limit) \(outcome)")
      } else {
        failed += 1
        #expect([1, 65, 74, 78].contains(outcome.status), "\(limit) \(outcome)")
        #expect(try swarm.memory() == #"{"a": 1}"#, "\(limit) \(outcome)")
      }
    }
    #expect(failed > 0)
    expect(try swarm.run("pass"), status: 0)
    #expect(try swarm.staged() == [])
  }

  @Test func permissionTakenAwayDuringTheRunIsAnErrorAndNoChange() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let words = Unprivileged.words
    let running = try swarm.program.start(
      Array(words.dropFirst()) + [Program.path]
        + swarm.words(Self.change + "; touch('here'); wait('go')"),
      executable: words[0])
    _ = try swarm.text("here")
    chmod(swarm.folder, 0o500)
    try swarm.touch("go")
    let outcome = try running.wait()
    expect(outcome, code: .io)
    #expect(outcome.stdout.contains("Permission denied"), "\(outcome)")
    chmod(swarm.folder, 0o700)
    #expect(try swarm.memory() == #"{"a": 1}"#)
    #expect(try swarm.staged() == [])
  }

  @Test(.enabled(if: Machine.mounting != nil, "needs the right to mount"))
  func aFullDiskAndAReadOnlyOneAreErrorsAndNoChange() throws {
    let mounting = try #require(Machine.mounting)
    let program = try Program()
    try program.folder.write("bundle/script_agent.py", ScriptedSwarm.agent)
    try program.folder.write("disk/x", "")
    try program.folder.write("disk2/x", "")
    let script = """
      cd "$1"; mount -t tmpfs -o size=2m t disk; export SWARMCTL_ROOT=$PWD/disk/root
      # Without the fence: for some milliseconds after a process has ended, the kernel's Landlock rules
      # still hold the removed folders that they named, and nothing can be made read-only so long.
      call() { "$2" run bundle Script folder=/ "code=$1" --sandbox off --json; echo "status $?"; }
      "$2" deploy bundle --sandbox off >/dev/null
      call "json.dump({'a': 'x' * 300000}, open(path, 'w'))" "$2"
      cat disk/root/swarms/*/memory/shared/memory.json | cksum
      head -c 4m /dev/zero > disk/fill 2>/dev/null
      call "json.dump({'a': 'y' * 300000}, open(path, 'w'))" "$2"
      "$2" deploy bundle --sandbox off --json; echo "status $?"
      cat disk/root/swarms/*/memory/shared/memory.json | cksum
      rm disk/fill
      call "json.dump({'a': 'x' * 300000}, open(path, 'w'))" "$2"
      ls disk/root/.swarmctl/staging | wc -l
      mount -o remount,ro disk
      call "json.dump({'a': 'z' * 300000}, open(path, 'w'))" "$2"
      cat disk/root/swarms/*/memory/shared/memory.json | cksum
      """
    let outcome = try program.start(
      Array(mounting.dropFirst()) + [
        "/bin/sh", "-c", script, "-", program.folder.path, Program.path,
      ], executable: mounting[0]
    ).wait()
    let lines = outcome.stdout.split(separator: "\n").map(String.init)
    let statuses = lines.filter { $0.hasPrefix("status") }
    #expect(
      statuses == ["status 0", "status 74", "status 74", "status 0", "status 74"], "\(outcome)")
    let sums = lines.filter { $0.hasSuffix(" 300009") }
    #expect(sums.count == 3 && Set(sums).count == 1, "\(outcome)")
    #expect(outcome.stdout.contains("No space left on device"), "\(outcome)")
    #expect(lines.contains("0"), "\(outcome)")
    #expect(outcome.stdout.contains("Read-only file system"), "\(outcome)")
  }
}
