import Foundation
import Testing

@testable import SwarmOps

/// Runs and deploys that are killed at each of their system calls, one after the other.
@Suite struct KillTests {
  private static func state(_ swarm: ScriptedSwarm) throws -> [String: String] {
    var found: [String: String] = [:]
    let folder = swarm.layout.swarm(swarm.swarm)
    /// Without what a deploy notes about itself, which is different each time.
    func content(_ path: String) throws -> [UInt8] {
      guard path.hasSuffix("/manifest.json") else { return try FileSystem.read(path) }
      var manifest = try SwarmManifest.read(path)
      manifest.deploy = nil
      return JSONValue.object(manifest.fields).serialized()
    }
    func collect(_ path: String, _ name: String) throws {
      var isFolder: ObjCBool = false
      // Links followed, as a reader of another program does.
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
      guard isFolder.boolValue else {
        found[name] = SHA256.hex(of: try content(path))
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
        code, under: Machine.strace("\(call):signal=KILL:when=\(count)"))
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
    arguments: ["rename", "renameat2", "fsync", "utimensat", "unlinkat", "mkdir"])
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
    let memory = try FileSystem.status(swarm.layout.memory(swarm.swarm))?.inode
    var states: [[String: String]] = []
    for bundle in bundles {
      expect(try swarm.program.start(words(bundle)).wait(), status: 0)
      states.append(try Self.state(swarm))
    }
    var kills = 0
    for count in 1..<40 {
      // From the second to the first, and back without a fault.
      let strace = Machine.strace("\(call):signal=KILL:when=\(count)")
      let outcome = try swarm.program.start(
        Array(strace.dropFirst()) + [Program.path] + words(bundles[0]), executable: strace[0]
      ).wait()
      // Memory is where it was, before anybody comes to help.
      #expect(try swarm.memory() == #"{"a": 1}"#)
      #expect(
        try FileSystem.status(swarm.layout.memory(swarm.swarm))?.inode == memory, "\(call) \(count)"
      )
      expect(try swarm.program("agents", swarm.swarm.description), status: 0)
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
}
