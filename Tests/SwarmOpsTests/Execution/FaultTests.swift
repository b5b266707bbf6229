import Foundation
import Testing

@testable import SwarmOps

/// Faults of the system, put in by strace, resource limits and file systems of their own.
@Suite struct FaultTests {
  private static let change = "open(path, 'w').write('{\"changed\": true}')"
  private static let several = change + "; open(here + '/new.txt', 'w').write('new')"

  private static func strace(_ fault: String) -> [String] {
    let call = fault.split(separator: ":")[0]
    // Without -f: Python is not the one that is tested.
    return ["/usr/bin/strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e"]
      + ["inject=\(fault)"]
  }

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
    let outcome = try swarm.run(code, under: Self.strace(fault))
    if isCopyLost {
      // Then it copies by reading and writing.
      expect(outcome, status: 0)
      #expect(try swarm.memory() == #"{"changed": true}"#)
    } else if outcome.status == 0, code.contains("rmtree") || code.contains("remove") {
      Issue.record("the fault did not strike: \(outcome)")
    } else {
      expect(outcome, code: .io)
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
    let outcome = try swarm.run(Self.change, under: Self.strace("write:error=EIO:when=1"))
    #expect(outcome.json?["code"] == "agent_failed", "\(outcome)")
    #expect(try swarm.memory() == #"{"a": 1}"#)
  }

  private static func state(_ swarm: ScriptedSwarm) throws -> [String: String] {
    var found: [String: String] = [:]
    let folder = swarm.layout.swarm(swarm.swarm)
    func collect(_ path: String, _ name: String) throws {
      var isFolder: ObjCBool = false
      // Links followed, as a reader of another program does.
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
      guard isFolder.boolValue else {
        found[name] = SHA256.hex(of: try FileSystem.read(path))
        return
      }
      for child in try FileSystem.list(path) { try collect(path + "/" + child, name + "/" + child) }
    }
    for part in ["manifest.json", "agents", "memory"] { try collect(folder + "/" + part, part) }
    return found
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: ["rename", "renameat2", "fsync", "unlink", "unlinkat", "fchmod", "link"])
  func aRunKilledAtAnyCallLeavesTheOldMemoryOrTheNew(call: String) throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run("pass"), status: 0)
    try swarm.remember(#"{"a": 1}"#)
    try swarm.remember("old", in: "old.txt")
    let code =
      "n = json.load(open(path))['a'] + 1; json.dump({'a': n}, open(path, 'w')); "
      + "open(here + '/new%d.txt' % n, 'w').write('new'); result = str(n)"
    var kills = 0
    for count in 1..<30 {
      let before = try Self.state(swarm)
      let outcome = try swarm.run(
        code, under: Self.strace("\(call):signal=KILL:when=\(count)"))
      let after = try Self.state(swarm)
      let memory = try JSONValue.parse(Array(try #require(try swarm.memory()).utf8))
      let number = try #require(memory["a"]?.int)
      // The count in the memory and the newest file beside it belong together.
      #expect(number == 1 || after["memory/shared/new\(number).txt"] != nil)
      #expect(after["memory/shared/new\(number + 1).txt"] == nil)
      #expect(after["memory/shared/old.txt"] != nil)
      expect(try swarm.run("open(path).read()"), status: 0)
      #expect(try Self.state(swarm) == after)
      #expect(try swarm.staged() == [])
      guard outcome.status == -SIGKILL else {
        expect(outcome, status: 0)
        #expect(after != before)
        break
      }
      kills += 1
    }
    #expect(kills > 0 || call.hasPrefix("unlink"))
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: ["rename", "renameat2", "fsync", "symlink", "unlinkat", "rmdir", "mkdir"])
  func aDeployKilledAtAnyCallLeavesTheOldSwarmOrTheNew(call: String) throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    try swarm.program.folder.write("root/swarms/\(swarm.swarm)/foreign.txt", "kept")
    func bundle(_ name: String, _ extra: String) throws -> String {
      try swarm.program.folder.write("\(name)/script_agent.py", ScriptedSwarm.agent + "\n# \(name)")
      try swarm.program.folder.write("\(name)/\(extra)_agent.py", ScriptedSwarm.agent)
      return swarm.program.folder(name)
    }
    let bundles = [try bundle("first", "left"), try bundle("second", "right")]
    func words(_ bundle: String) -> [String] {
      ["deploy", bundle, "--guid", swarm.swarm.description, "--name", "test", "--json"]
    }
    var states: [[String: String]] = []
    for bundle in bundles {
      expect(try swarm.program.start(words(bundle)).wait(), status: 0)
      states.append(try Self.state(swarm))
    }
    var kills = 0
    for count in 1..<40 {
      // From the second to the first, and back without a fault.
      let strace = Self.strace("\(call):signal=KILL:when=\(count)")
      let outcome = try swarm.program.start(
        Array(strace.dropFirst()) + [Program.path] + words(bundles[0]), executable: strace[0]
      ).wait()
      let found = try Self.state(swarm)
      #expect(states.contains(found), "\(call) \(count): \(found.keys.sorted())")
      // Any next command, without help; and what it saves is there.
      expect(
        try swarm.run("json.dump({'a': \(count + 1)}, open(path, 'w'))"), status: 0)
      #expect(try swarm.memory() == "{\"a\": \(count + 1)}")
      try swarm.remember(#"{"a": 1}"#)
      #expect(try FileSystem.list(swarm.layout.swarms) == [swarm.swarm.description])
      #expect(try swarm.staged() == [])
      let kept = swarm.layout.swarm(swarm.swarm) + "/foreign.txt"
      #expect(try FileSystem.status(kept)?.kind == .file)
      #expect(
        try FileSystem.status(swarm.layout.memory(swarm.swarm))?.kind == .folder)
      guard outcome.status == -SIGKILL else {
        expect(outcome, status: 0)
        #expect(found == states[0])
        break
      }
      kills += 1
      expect(try swarm.program.start(words(bundles[1])).wait(), status: 0)
    }
    #expect(kills > 0)
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: [
      "fsync:error=EIO:when=1", "fsync:error=EIO:when=4", "fsync:error=EIO:when=5",
      "fsync:error=EIO:when=6", "rename:error=EACCES:when=1", "renameat2:error=EINVAL:when=1",
      "renameat2:error=EIO:when=1", "symlink:error=ENOSPC:when=1",
    ])
  func aDeployThatFailsChangesNothing(fault: String) throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run("pass"), status: 0)
    try swarm.remember(#"{"a": 1}"#)
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let strace = Self.strace(fault)
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
    let cache = swarm.layout.cache + "/" + host + "/__pycache__"
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
      call() { "$2" run bundle Script folder=/ "code=$1" --json; echo "status $?"; }
      "$2" deploy bundle >/dev/null
      call "json.dump({'a': 'x' * 300000}, open(path, 'w'))" "$2"
      cat disk/root/swarms/*/memory/shared/memory.json | cksum
      head -c 4m /dev/zero > disk/fill 2>/dev/null
      call "json.dump({'a': 'y' * 300000}, open(path, 'w'))" "$2"
      "$2" deploy bundle --json; echo "status $?"
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
