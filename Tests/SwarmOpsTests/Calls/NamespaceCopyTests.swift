import Foundation
import Testing

@testable import SwarmOps

@Suite struct NamespaceCopyTests {
  private static let change = "open(path, 'w').write('{\"changed\": true}')"

  @Test func whatTheAgentWroteReplacesTheMemory() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let outcome = try swarm.run(
      "memory = json.load(open(path)); memory['b'] = 2; json.dump(memory, open(path, 'w'))")
    expect(outcome, status: 0)
    #expect(outcome.json?["committed"]?.bool == true, "\(outcome)")
    #expect(try swarm.memory() == #"{"a": 1, "b": 2}"#)
    #expect(try swarm.staged() == [])
  }

  @Test(arguments: [
    "open(path).read()", "text = open(path).read(); open(path, 'w').write(text)",
    "os.utime(path)", "os.rename(path, path + '.x'); os.rename(path + '.x', path)",
    "text = open(path).read(); os.remove(path); open(path, 'w').write(text)",
  ])
  func anUnchangedMemoryIsNotWritten(code: String) throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let before = try FileSystem.status(swarm.memoryFile)
    let outcome = try swarm.run(code)
    expect(outcome, status: 0)
    #expect(outcome.json?["committed"]?.bool == false, "\(outcome)")
    #expect(try FileSystem.status(swarm.memoryFile) == before)
  }

  @Test(arguments: [
    ("raise ValueError('no')", 1), ("sys.exit(0)", 1), ("os._exit(0)", 1), ("os._exit(3)", 1),
    ("os.kill(os.getpid(), signal.SIGKILL)", 1), ("os.abort()", 1),
    ("open(path, 'w').write('{\"half\": ')", 65), ("open(path, 'w').close()", 65),
    ("os.remove(path); os.mkdir(path)", 65),
    ("os.remove(path); os.symlink('/etc/passwd', path)", 77),
    ("os.mkfifo(here + '/pipe')", 77), ("os.symlink('/etc', here + '/etc')", 77),
    ("os.kill(os.getppid(), signal.SIGTERM)", 1),
    ("import shutil; shutil.rmtree(here); os.symlink('/tmp', here)", 77),
  ])
  func aRunThatFailsLeavesEveryByteAsItWas(code: String, status: Int32) throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    try swarm.remember("note", in: "notes/a.txt")
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let memory = try FileSystem.status(swarm.memoryFile)
    let outcome = try swarm.run(Self.change + "\n" + code)
    expect(outcome, status: status)
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before, "\(outcome)")
    #expect(try FileSystem.status(swarm.memoryFile) == memory)
    #expect(try swarm.staged() == [])
  }

  @Test func killingSwarmctlLeavesTheMemoryAndTheNextRunSweeps() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let running = try swarm.start(Self.change + "\ntouch('pid', str(os.getpid())); wait('never')")
    let agent = try #require(Int32(try swarm.text("pid")))
    #expect(try swarm.staged().count == 1)
    running.signal(SIGKILL)
    #expect(try running.wait().status == -SIGKILL)
    #expect(eventually("the end of Python") { !lives(agent) })
    #expect(try swarm.memory() == #"{"a": 1}"#)
    #expect(try swarm.staged().count == 1)
    expect(try swarm.run("pass"), status: 0)
    #expect(try swarm.staged() == [])
  }

  @Test func aSweepLeavesTheFoldersOfLivingRuns() throws {
    let swarm = try ScriptedSwarm()
    let living = try swarm.start(
      Self.change + "\ntouch('here'); wait('go')", "--user", ScriptedSwarm.user)
    _ = try swarm.text("here")
    let folders = try swarm.staged()
    #expect(folders.count == 1)
    expect(try swarm.run("pass"), status: 0)
    try swarm.program.deploy(name: "other", ["script_agent.py": ScriptedSwarm.agent])
    #expect(try swarm.staged() == folders)
    try swarm.touch("go")
    expect(try living.wait(), status: 0)
    let user = try Namespace(user: ScriptedSwarm.user)
    #expect(
      try FileSystem.read(swarm.layout.memoryFile(swarm.swarm, user))
        == Array(#"{"changed": true}"#.utf8))
  }

  @Test(arguments: [
    "os.remove(path)", "import shutil; shutil.rmtree(here)",
  ])
  func aCopyThatTheAgentRemovedRemovesTheOriginal(code: String) throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    expect(try swarm.run(code), status: 0)
    #expect(try swarm.memory() == nil)
    #expect(try FileSystem.status(swarm.folder) == nil)
    expect(try swarm.run(Self.change), status: 0)
    #expect(try swarm.memory() == #"{"changed": true}"#)
  }

  @Test(arguments: ["0", "0777"])
  func everythingIsPrivateWhateverTheUmask(umask: String) throws {
    let program = try Program()
    try program.folder.write("bundle/script_agent.py", ScriptedSwarm.agent)
    let code =
      "os.umask(0); os.makedirs(here + '/notes'); open(here + '/notes/a', 'w').close(); "
      + "open(path, 'w').write('{}')"
    expect(
      try program.shell(
        """
        umask \(umask); cd "$HOME"/.. && swarmctl deploy bundle &&
        swarmctl run bundle Script folder=/ 'code=\(code.replacingOccurrences(of: "'", with: "\""))'
        """), status: 0)
    for entry in try FolderTree.entries(of: program.root) {
      let expected: UInt16 = entry.status.kind == .folder ? 0o700 : 0o600
      #expect(entry.status.permissions == expected, "\(entry.path)")
    }
  }

  @Test func theAgentSeesAPathThatEndsAsTheOriginals() throws {
    let swarm = try ScriptedSwarm()
    for (words, name) in [
      ([], "shared"), (["--user", ScriptedSwarm.user], ScriptedSwarm.user),
    ] {
      let outcome = try swarm.program.start(swarm.words("result = path", words)).wait()
      let path = try #require(outcome.json?["output"]?.string, "\(outcome)")
      #expect(path.hasSuffix("/swarms/\(swarm.swarm)/memory/\(name)/memory.json"))
      #expect(!path.hasPrefix(swarm.layout.swarms))
    }
  }

  @Test(arguments: [
    // As a Python server writes: in place, and of the very same length.
    ("truncated and written", "{\"a\": 2}"), ("renamed", "{\"other\": true}"), ("removed", nil),
  ])
  func aProgramThatIgnoresLocksKeepsItsVersionAndTheAgentsIsKeptToo(
    how: String, content: String?
  ) throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let running = try swarm.start(Self.change + "\ntouch('here'); wait('go')")
    _ = try swarm.text("here")
    switch how {
    case "removed": try FileManager.default.removeItem(atPath: swarm.memoryFile)
    case "renamed":
      try Data((content ?? "").utf8).write(
        to: URL(fileURLWithPath: swarm.memoryFile), options: .atomic)
    default:
      let file = try FileSystem.open(swarm.memoryFile, O_WRONLY | O_TRUNC)
      try FileSystem.writeAll(file.number, Array((content ?? "").utf8))
    }
    try swarm.touch("go")
    let outcome = try running.wait()
    expect(outcome, code: .conflict)
    #expect(try swarm.memory() == content)
    let kept = try #require(outcome.json?["path"]?.string, "\(outcome)")
    #expect(outcome.stdout.contains(kept))
    #expect(try FileSystem.read(kept) == Array(#"{"changed": true}"#.utf8))
    #expect(try FileSystem.status(kept)?.permissions == 0o600)
    #expect(try swarm.staged() == [])
  }

  @Test func aChangeWithinTheTickOfTheCopyIsAConflictToo() throws {
    let swarm = try ScriptedSwarm()
    let staging = try StagingFolder.make(in: swarm.layout.staging)
    try FileSystem.makeFolders(swarm.folder)
    // Rewritten in place by others at the very moment of the copy, again and again.
    for round in 0..<50 {
      try? FileManager.default.removeItem(atPath: swarm.memoryFile)
      try FileSystem.create(swarm.memoryFile, Array(#"{"a": 1}"#.utf8), sync: false)
      let inner = try StagingFolder.make(in: staging.path + "/\(round)")
      let copied = try NamespaceCopy(
        layout: swarm.layout, swarm: swarm.swarm, namespace: .shared, staging: inner)
      let file = try FileSystem.open(swarm.memoryFile, O_WRONLY)
      try FileSystem.writeAll(file.number, Array(#"{"a": 2}"#.utf8))
      let copy = try FileSystem.open(copied.memoryFile, O_WRONLY)
      try FileSystem.writeAll(copy.number, Array(#"{"a": 3}"#.utf8))
      let error = #expect(throws: SwarmError.self) { try copied.commit(by: "test") }
      #expect(error?.code == .conflict)
    }
  }

  @Test func aWriteWithinTheTickOfTheCopyIsCommitted() throws {
    let swarm = try ScriptedSwarm()
    try FileSystem.makeFolders(swarm.folder)
    for round in 0..<50 {
      try? FileManager.default.removeItem(atPath: swarm.memoryFile)
      try FileSystem.create(swarm.memoryFile, Array(#"{"a": 1}"#.utf8), sync: false)
      let staging = try StagingFolder.make(in: swarm.layout.staging)
      let copied = try NamespaceCopy(
        layout: swarm.layout, swarm: swarm.swarm, namespace: .shared, staging: staging)
      let copy = try FileSystem.open(copied.memoryFile, O_WRONLY)
      try FileSystem.writeAll(copy.number, Array(#"{"a": 3}"#.utf8))
      #expect(try copied.commit(by: "test").outcome == .committed, "round \(round)")
      #expect(try swarm.memory() == #"{"a": 3}"#)
    }
  }

  @Test func memoryThatIsNotJSONIsKeptWhereTheErrorSays() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let outcome = try swarm.run(#"open(path, 'w').write('{"a": 1,\n  "b": nope}')"#)
    expect(outcome, code: .invalidMemory)
    let message = outcome.json?["message"]?.string ?? ""
    #expect(message.contains("line 2, column 8"), "\(outcome)")
    let kept = try #require(outcome.json?["path"]?.string, "\(outcome)")
    #expect(try FileSystem.read(kept) == Array("{\"a\": 1,\n  \"b\": nope}".utf8))
    #expect(try swarm.memory() == #"{"a": 1}"#)
  }

  @Test func aReaderWithoutLocksNeverSeesHalfAFile() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember("{}")
    let writer = try swarm.program.start(
      [
        "-c",
        """
        for n in 1 2 3 4 5 6 7 8 9 10; do
          "$@" "code=json.dump({str(i): 'x' * 100 for i in range($n * 300)}, open(path, 'w'))" || exit
        done
        """, "-", Program.path, "run", swarm.swarm.description, "Script", "folder=/",
      ], executable: "/bin/sh")
    var reads = 0
    while !writer.hasEnded {
      let text = try #require(try FileSystem.readIfPresent(swarm.memoryFile))
      try JSONScanner.validate(text)
      reads += 1
    }
    expect(try writer.wait(), status: 0)
    #expect(reads > 10)
  }

}
