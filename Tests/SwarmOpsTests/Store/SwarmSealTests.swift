import Foundation
import Testing

@testable import SwarmOps

@Suite struct SwarmSealTests {
  private static let change = "json.dump({'b': 2}, open(path, 'w'))"

  private func modes(_ folder: String) throws -> Set<UInt16> {
    Set(
      try FolderTree.entries(of: folder)
        .map { $0.status.permissions })
  }

  private func seal(_ swarm: ScriptedSwarm, _ field: String) throws {
    let path = swarm.layout.manifest(swarm.swarm)
    var manifest = try #require(try JSONValue.parse(try FileSystem.read(path)).object)
    manifest["sealing"] = try JSONValue.parse(Array(field.utf8))
    try FileSystem.removeFile(path)
    try FileSystem.create(path, JSONValue.object(manifest).serialized(pretty: true), sync: false)
  }

  @Test func sealingClosesMemoryAndSaysWhoAndWhen() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    try swarm.remember("beside", in: "notes/a.txt")
    let outcome = try swarm.program("seal", "test", "--by", "Ada", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["changed"] == true, "\(outcome)")
    let manifest = try SwarmManifest.read(swarm.layout.manifest(swarm.swarm))
    let sealing = try #require(manifest.fields["sealing"]?.object)
    #expect(sealing["status"] == "sealed" && sealing["sealed_by"] == "Ada")
    #expect(sealing["trigger"] == "voluntary")
    let time = try #require(sealing["sealed_at"]?.string)
    #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(time)")
    #expect(manifest.name == "test" && manifest.agentCount == 1)
    #expect(try modes(swarm.layout.memory(swarm.swarm)) == [0o444, 0o555])

    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let again = try swarm.program("seal", "test", "--by", "Bob", "--json")
    expect(again, status: 0)
    #expect(again.json?["changed"] == false)
    #expect(again.json?["sealing"]?["sealed_by"] == "Ada", "\(again)")
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before)
    let list = try swarm.program("list", "--json")
    #expect(list.json?["swarms"]?.array?.first?["sealed"] == true, "\(list)")
    #expect(try swarm.program("list").stdout.contains("sealed"))
    #expect(try swarm.program("inspect", "test").stdout.contains("by Ada"))
  }

  @Test(arguments: [true, false])
  func everyDoorIsClosedForRootAndForOthers(asRoot: Bool) throws {
    let swarm = try ScriptedSwarm()
    let program = swarm.program
    try swarm.remember(#"{"a": 1}"#)
    let prefix = asRoot ? ["/usr/bin/env"] : Unprivileged.words
    func call(_ words: String..., stdin: String = "") throws -> Program.Outcome {
      try program.start(
        Array(prefix.dropFirst()) + [Program.path] + words, stdin: stdin, executable: prefix[0]
      ).wait()
    }
    let user = ScriptedSwarm.user
    expect(try call("snapshot", "create", "test", "old", "--json"), status: 0)
    expect(try call("seal", "test"), status: 0)
    let before = try program.folder.snapshot(excluding: "root/.swarmctl")
    // Agents run, and what they leave does not land.
    expect(try call("run", "test", "Script", "folder=/", "code=pass", "--json"), status: 0)
    let doors: [[String]] = [
      ["run", "test", "Script", "folder=/", "code=\(Self.change)"],
      ["run", "test", "Script", "folder=/", "code=\(Self.change)", "--user", user],
      ["run", "test", "Script", "folder=/", "code=import os; os.remove(path)"],
      ["run", "test", "Script", "folder=/", "code=open(here + '/n.txt', 'w').write('n')"],
      ["memory", "import", "test", "--shared", "--yes"],
      ["memory", "import", "test", "--user", user, "--merge"],
      ["memory", "wipe", "test", "--shared", "--yes"],
      ["memory", "wipe", "test", "--shared", "--entry", "a", "--yes"],
      ["memory", "wipe", "test", "--all-users", "--dry-run"],
      ["memory", "undo", "test", "--shared"],
      ["deploy", program.folder("bundles/test")],
      ["deploy", program.folder("bundles/test"), "--dry-run"],
      ["remove", "test", "--yes"],
      ["snapshot", "restore", "test@old", "--yes"],
      ["snapshot", "restore", "test@old", "--shared", "--yes"],
      ["snapshot", "remove", "test@old", "--yes"],
    ]
    for words in doors {
      let outcome = try program.start(
        Array(prefix.dropFirst()) + [Program.path] + words + ["--json"], stdin: #"{"x": 1}"#,
        executable: prefix[0]
      ).wait()
      expect(outcome, code: .sealed)
      #expect(outcome.json?["message"]?.string?.contains("sealed") == true, "\(outcome)")
    }
    let batch = try call(
      "batch",
      stdin: Sources.text([
        "swarm": "test", "name": "Script",
        "args": ["folder": "/", "code": .string(Self.change)],
      ]) + "\n")
    #expect(batch.stdout.contains(#""code":"sealed""#), "\(batch)")
    #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
    #expect(try swarm.staged() == [])
    // Reading goes on, snapshots too.
    expect(try call("memory", "show", "test", "--shared", "--json"), status: 0)
    expect(try call("snapshot", "create", "test", "--json"), status: 0)
  }

  @Test func aSealThatComesDuringTheRunRefusesIt() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    for by in ["swarmctl", "another program"] {
      let running = try swarm.start("touch('here'); wait('go'); " + Self.change)
      _ = try swarm.text("here")
      if by == "swarmctl" {
        expect(try swarm.program("seal", "test"), status: 0)
      } else {
        try seal(swarm, #"{"status": "sealed"}"#)
      }
      try swarm.touch("go")
      expect(try running.wait(), code: .sealed)
      #expect(try swarm.memory() == #"{"a": 1}"#)
      expect(try swarm.program("unseal", "test", "--yes"), status: 0)
      for name in ["here", "go"] { try FileSystem.removeFile(swarm.program.folder(name)) }
    }
    expect(try swarm.run(Self.change), status: 0)
  }

  @Test(arguments: [
    (#"{"status": "sealed"}"#, true), (#"{"status": "eternal"}"#, true),
    (#"{"status": "unsealed"}"#, false), (#"{"status": 7}"#, true), ("{}", false),
    (#""sealed""#, true), (#""yes""#, true), (#""""#, false), ("true", true), ("false", false),
    ("null", false), ("[1]", true), ("7", true),
  ])
  func anyFormOfTheFieldIsDecidedSafely(field: String, isClosed: Bool) throws {
    let swarm = try ScriptedSwarm()
    try seal(swarm, field)
    let outcome = try swarm.run(Self.change)
    if isClosed { expect(outcome, code: .sealed) } else { expect(outcome, status: 0) }
    let list = try swarm.program("list", "--json")
    #expect(list.json?["swarms"]?.array?.first?["sealed"] == .bool(isClosed), "\(list)")
    let unsealed = try swarm.program("unseal", "test", "--yes", "--json")
    if field.contains("eternal") {
      expect(unsealed, code: .sealed)
    } else {
      expect(unsealed, status: 0)
      expect(try swarm.run(Self.change), status: 0)
    }
  }

  @Test func theMarkOfAnotherProgramSealsToo() throws {
    let swarm = try ScriptedSwarm()
    try swarm.program.folder.write("root/swarms/\(swarm.swarm)/.sealed", "")
    expect(try swarm.run(Self.change), code: .sealed)
    let list = try swarm.program("list", "--json")
    #expect(list.json?["swarms"]?.array?.first?["sealed"] == true, "\(list)")
    expect(try swarm.program("unseal", "test", "--yes"), status: 0)
    expect(try swarm.run(Self.change), status: 0)
  }

  @Test func unsealingAsksAndGivesTheModesBack() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    expect(try swarm.program("seal", "test"), status: 0)
    expect(try swarm.program("unseal", "test", "--json"), code: .confirmationRequired)
    expect(try swarm.run(Self.change), code: .sealed)
    expect(try swarm.program("unseal", "test", "--dry-run", "--json"), status: 0)
    expect(try swarm.run(Self.change), code: .sealed)
    expect(try swarm.program("unseal", "test", "--yes", "--json"), status: 0)
    let manifest = "root/swarms/\(swarm.swarm)/manifest.json"
    #expect(
      try swarm.program.folder.snapshot(excluding: "root/.swarmctl").without(manifest)
        == before.without(manifest))
    let again = try swarm.program("unseal", "test", "--yes", "--json")
    #expect(again.json?["changed"] == false, "\(again)")
    expect(try swarm.run(Self.change), status: 0)
  }

  @Test func anExportCarriesNoSealAndABundleBringsNone() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.program("seal", "test"), status: 0)
    let export = try swarm.program("export", "test", "--json")
    expect(export, status: 0)
    #expect(export.json?.object?["sealing"] == nil, "\(export)")
    var bundle = try #require(export.json?.object)
    bundle["sealing"] = ["status": "eternal"]
    bundle["swarm_guid"] = nil
    let deploy = try swarm.program(
      "deploy", "-", "--new", "--name", "two", "--json",
      stdin: Sources.text(bundle))
    expect(deploy, status: 0)
    expect(
      try swarm.program("run", "two", "Script", "folder=/", "code=\(Self.change)"), status: 0)
  }

  @Test func forgettingBreaksTheSealAndSaysSo() throws {
    let swarm = try ScriptedSwarm()
    let user = ScriptedSwarm.user
    expect(try swarm.run(Self.change, "--user", user), status: 0)
    expect(try swarm.run(Self.change, "--user", ScriptedSwarm.otherUser), status: 0)
    expect(try swarm.program("seal", "test"), status: 0)
    let outcome = try swarm.program("memory", "forget", "--user", user, "--yes", "--json")
    expect(outcome, status: 0)
    #expect(
      outcome.json?["broken_seals"]?.array == [.string("\(swarm.swarm)")], "\(outcome)")
    #expect(outcome.stderr.contains("broke the seal"), "\(outcome)")
    let place = swarm.layout.memory(swarm.swarm)
    #expect(try FileSystem.list(place) == [ScriptedSwarm.otherUser])
    expect(try swarm.run(Self.change), code: .sealed)
  }

  @Test(.enabled(if: Machine.canGiveFilesAway, "needs root and setpriv"))
  func aFileOfAnotherUserRefusesTheSealWithNothingChanged() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    // The whole tree is another user's but for one file.
    let nobody: uid_t = 65_534
    for entry in try FolderTree.entries(of: swarm.program.folder.path) {
      chown(swarm.program.folder(entry.path.text), nobody, nobody)
    }
    chown(swarm.program.folder.path, nobody, nobody)
    chmod(swarm.program.folder.path, 0o755)
    chown(swarm.memoryFile, 0, 0)
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let outcome = try swarm.program.start(
      ["--reuid=65534", "--regid=65534", "--clear-groups", Program.path, "seal", "test", "--json"],
      executable: Machine.setpriv
    ).wait()
    expect(outcome, code: .io)
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: ["rename", "fsync", "chmod", "link", "fchmod"])
  func aSealKilledAtAnyCallHoldsOrIsNotThere(call: String) throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(Self.change), status: 0)
    for count in 1..<20 {
      let strace = Machine.strace("\(call):signal=KILL:when=\(count)")
      let outcome = try swarm.program.start(
        Array(strace.dropFirst()) + [Program.path, "seal", "test", "--json"], executable: strace[0]
      ).wait()
      let isSealed = try SwarmSeal.of(swarm.swarm, layout: swarm.layout) != nil
      let run = try swarm.run("json.dump({'n': \(count)}, open(path, 'w'))")
      if isSealed { expect(run, code: .sealed) } else { expect(run, status: 0) }
      // Sealing once more completes what was cut off, and opening it gives everything back.
      expect(try swarm.program("seal", "test"), status: 0)
      #expect(try modes(swarm.layout.memory(swarm.swarm)) == [0o444, 0o555])
      expect(try swarm.program("unseal", "test", "--yes"), status: 0)
      expect(try swarm.run(Self.change), status: 0)
      #expect(try swarm.staged() == [])
      if outcome.status == 0 { break }
      #expect(outcome.status == -SIGKILL, "\(outcome)")
    }
  }
}
