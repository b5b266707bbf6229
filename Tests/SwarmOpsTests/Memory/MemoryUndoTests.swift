import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryUndoTests {
  @Test(arguments: [true, false])
  func undoIsAChangeThatCanBeUndone(asRoot: Bool) throws {
    let swarm = try ScriptedSwarm()
    let prefix = asRoot ? ["/usr/bin/env"] : Unprivileged.words
    func undo(_ words: String...) throws -> Program.Outcome {
      try swarm.program.start(
        Array(prefix.dropFirst()) + [Program.path, "memory", "undo", "test"] + words + ["--json"],
        executable: prefix[0]
      ).wait()
    }
    expect(try undo(), code: .noSuchVersion)
    for number in 1...3 { expect(try swarm.run(ScriptedSwarm.save(number)), status: 0) }
    let dry = try undo("--dry-run")
    expect(dry, status: 0)
    #expect(dry.json?["version"] == 3 && dry.json?["changed"] == false, "\(dry)")
    #expect(try swarm.memory() == #"{"n": 3}"#)
    let first = try undo()
    expect(first, status: 0)
    #expect(first.json?["kept_version"] == 4, "\(first)")
    #expect(try swarm.memory() == #"{"n": 2}"#)
    expect(try undo(), status: 0)
    #expect(try swarm.memory() == #"{"n": 3}"#)
    expect(try undo("--to", "2"), status: 0)
    #expect(try swarm.memory() == #"{"n": 1}"#)
    expect(try undo("--to", "1"), status: 0)
    #expect(try FileSystem.status(swarm.memoryFile) == nil)
    expect(try undo(), status: 0)
    #expect(try swarm.memory() == #"{"n": 1}"#)
    #expect(try swarm.versions().first?["by"] == "undo")
    #expect(try swarm.staged() == [])
    #expect(try FileSystem.status(swarm.memoryFile)?.permissions == 0o600)
  }

  @Test func filesBesideTheMemoryComeBackToo() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
    expect(
      try swarm.run(
        "os.mkdir(here + '/d'); open(here + '/d/a.txt', 'w').write('a'); "
          + "open(here + '/b.txt', 'w').write('b')"), status: 0)
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    expect(
      try swarm.run(
        "os.remove(here + '/b.txt'); open(here + '/d/a.txt', 'w').write('A'); "
          + "open(here + '/c.txt', 'w').write('c'); " + ScriptedSwarm.save(2)), status: 0)
    expect(try swarm.program("memory", "undo", "test"), status: 0)
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before)
    expect(try swarm.run("import shutil; shutil.rmtree(here)"), status: 0)
    #expect(try FileSystem.status(swarm.folder) == nil)
    expect(try swarm.program("memory", "undo", "test"), status: 0)
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test func anotherProgramsChangeIsNotUndoneUnnoticed() throws {
    let swarm = try ScriptedSwarm()
    for number in 1...2 { expect(try swarm.run(ScriptedSwarm.save(number)), status: 0) }
    try swarm.remember(#"{"foreign": true}"#)
    expect(try swarm.program("memory", "undo", "test", "--json"), code: .conflict)
    #expect(try swarm.memory() == #"{"foreign": true}"#)
    #expect(try swarm.versions().count == 2)
    // Named by its number it comes back, and the other program's is kept.
    expect(try swarm.program("memory", "undo", "test", "--to", "2", "--json"), status: 0)
    #expect(try swarm.memory() == #"{"n": 1}"#)
    expect(try swarm.program("memory", "undo", "test", "--json"), status: 0)
    #expect(try swarm.memory() == #"{"foreign": true}"#)
  }

  @Test func importIsAChangeThatCanBeUndone() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
    for words in [["--yes"], ["--merge"]] {
      let outcome = try swarm.program.start(
        ["memory", "import", "test", "--shared", "--json"] + words, stdin: #"{"x": 9}"#
      ).wait()
      expect(outcome, status: 0)
      #expect(try swarm.versions().first?["by"] == "import")
      expect(try swarm.program("memory", "undo", "test"), status: 0)
      #expect(try swarm.memory() == #"{"n": 1}"#)
    }
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: ["link", "rename", "fsync", "unlink", "fchmod", "openat"])
  func anUndoKilledAtAnyCallLeavesOneOrTheOther(call: String) throws {
    let swarm = try ScriptedSwarm()
    for count in 1..<60 {
      expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
      expect(try swarm.run(ScriptedSwarm.save(2)), status: 0)
      let strace = Machine.strace("\(call):signal=KILL:when=\(count)")
      let outcome = try swarm.program.start(
        Array(strace.dropFirst()) + [Program.path, "memory", "undo", "test", "--json"],
        executable: strace[0]
      ).wait()
      let memory = try swarm.memory()
      #expect(memory == #"{"n": 1}"# || memory == #"{"n": 2}"#, "\(outcome)")
      // No version is the memory itself, and each can be read.
      for version in try swarm.versions() {
        let number = try #require(version["version"]?.int)
        let shown = try swarm.program("memory", "show", "test", "--version", "\(number)", "--json")
        #expect([0, 66].contains(shown.status), "\(shown)")
        let inode = try FileSystem.status(version["path"]?.string ?? "")?.inode
        #expect(inode != (try FileSystem.status(swarm.memoryFile)?.inode))
      }
      if outcome.status == 0 { break }
      #expect(outcome.status == -SIGKILL, "\(outcome)")
    }
    expect(try swarm.run("pass"), status: 0)
    #expect(try swarm.staged() == [])
  }
}
