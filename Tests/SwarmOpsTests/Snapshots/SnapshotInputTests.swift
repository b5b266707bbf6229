import Foundation
import Testing

@testable import SwarmOps

/// Names, folders and moments that a snapshot, a seal or a version may be asked for in.
@Suite struct SnapshotInputTests {
  private let user = ScriptedSwarm.user
  private let swarm: ScriptedSwarm
  private var program: Program { swarm.program }
  private var snapshots: String { "root/swarms/\(swarm.swarm)/snapshots" }

  init() throws {
    swarm = try ScriptedSwarm()
    expect(try swarm.run("json.dump({'n': 1}, open(path, 'w'))"), status: 0)
    expect(try swarm.run("json.dump({'n': 2}, open(path, 'w'))", "--user", user), status: 0)
  }

  @Test(arguments: [
    "../../../escape", "a/b", "..", ".", "\u{1B}[31m", "a\nb", String(repeating: "x", count: 300),
    "é", " ", "-", "@",
  ])
  func anyLabelMakesANameInItsFolder(_ label: String) throws {
    let outcome = try program("snapshot", "create", "test", "--json", "--", label)
    expect(outcome, status: 0)
    let name = try #require(outcome.json?["snapshot_name"]?.string)
    #expect(name.wholeMatch(of: /\d{8}T\d{6}Z_[A-Za-z0-9_-]{1,64}/) != nil, "\(name)")
    #expect(try FileSystem.list(program.folder(snapshots)) == [name])
    #expect(try program("memory", "show", "test@\(name)", "--json").stdout.contains("\"n\": 1"))
  }

  @Test(arguments: [
    "../memory", "..", ".", "/", "", "a\u{1B}[2J", "../../\(ScriptedSwarm.otherUser)",
    String(repeating: "y", count: 300), "20260101T000000Z_none",
  ])
  func aNameThatIsNoSnapshotIsRefusedEverywhere(_ name: String) throws {
    expect(try program("snapshot", "create", "test", "old"), status: 0)
    let before = try program.folder.snapshot(excluding: "root/.swarmctl")
    for words in [
      ["memory", "show", "test@\(name)"],
      ["run", "test@\(name)", "Script", "folder=/", "code=pass"],
      ["snapshot", "remove", "test@\(name)", "--yes"],
      ["snapshot", "restore", "test@\(name)", "--yes"], ["export", "test@\(name)"],
    ] {
      let outcome = try program.start(words + ["--json"]).wait()
      #expect([64, 66].contains(outcome.status), "\(outcome)")
      #expect(!outcome.stderr.contains("\u{1B}"), "\(outcome)")
    }
    #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test func aFolderThatIsNoSnapshotIsNeverReadAsOne() throws {
    let folder = program.folder
    try folder.write("\(snapshots)/20260101T000000Z_bare/memory/shared/memory.json", "{}")
    let other = ScriptedSwarm.otherUser
    try folder.write("\(snapshots)/20260102T000000Z_foreign/memory/shared/memory.json", "{}")
    try folder.write("\(snapshots)/20260102T000000Z_foreign/source_manifest.json", "{}")
    try folder.write(
      "\(snapshots)/20260102T000000Z_foreign/snapshot_metadata.json",
      #"{"snapshot_label": "foreign", "snapshot_name": "20260102T000000Z_foreign", "#
        + #""swarm_guid": "\#(other)", "snapshot_iso": "2026-01-02T00:00:00Z"}"#)
    expect(try program("snapshot", "create", "test", "whole"), status: 0)
    let list = try program("snapshot", "list", "test", "--json")
    let rows = try #require(list.json?["snapshots"]?.array, "\(list)")
    let whole = rows.filter { $0["damage"] == nil || $0["damage"] == .null }
    #expect(whole.compactMap { $0["snapshot_label"]?.string } == ["whole"], "\(list)")
    for name in ["20260101T000000Z_bare", "20260102T000000Z_foreign"] {
      let before = try program.folder.snapshot(excluding: "root/.swarmctl")
      expect(try program("snapshot", "restore", "test@\(name)", "--yes", "--json"), status: 65)
      #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
    }
  }

  @Test func aVersionThatIsNotKeptAnyMoreSaysSo() throws {
    for number in 3..<27 {
      expect(try swarm.run("json.dump({'n': \(number)}, open(path, 'w'))"), status: 0)
    }
    for words in [
      ["memory", "show", "test", "--version", "2"], ["memory", "undo", "test", "--to", "2"],
    ] {
      let outcome = try program.start(words + ["--shared", "--json"]).wait()
      expect(outcome, code: .noSuchVersion)
      #expect(outcome.stdout.contains("not kept any more"), "\(outcome)")
    }
    expect(
      try program("memory", "show", "test", "--version", "999", "--shared", "--json"),
      code: .noSuchVersion)
    #expect(try swarm.memory() == #"{"n": 26}"#)
  }

  @Test func undoWithNothingToUndoChangesNothing() throws {
    let empty = ScriptedSwarm.otherUser
    let before = try program.folder.snapshot(excluding: "root/.swarmctl")
    expect(try program("memory", "undo", "test", "--user", empty, "--json"), code: .noSuchVersion)
    #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  /// Runs the program as somebody for whom permissions count.
  private func ordinary(_ words: String...) throws -> Program.Outcome {
    try program.start(
      Array(Unprivileged.words.dropFirst()) + [Program.path] + words,
      executable: Unprivileged.words[0]
    ).wait()
  }

  @Test func anOrdinaryUserForgetsInASealedSwarmWithASnapshot() throws {
    expect(try ordinary("snapshot", "create", "test", "old"), status: 0)
    expect(try ordinary("seal", "test"), status: 0)
    let outcome = try ordinary("memory", "forget", "--user", user, "--yes", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["remaining"]?.array == [], "\(outcome)")
    #expect(outcome.stderr.contains("seal"), "\(outcome)")
    let left = try FolderTree.entries(of: program.root).filter {
      String($0.path.text.split(separator: "/").last ?? "") == user
    }
    #expect(left.isEmpty, "\(left.map(\.path))")
    // Everybody else's is closed as it was.
    let layout = swarm.layout
    #expect(try FileSystem.status(layout.memory(swarm.swarm, .shared))?.permissions == 0o555)
    #expect(try FileSystem.status(layout.memory(swarm.swarm))?.permissions == 0o555)
    for entry in try FolderTree.entries(of: layout.snapshots(swarm.swarm)) {
      #expect(
        entry.status.permissions == (entry.status.kind == .folder ? 0o555 : 0o444),
        "\(entry.path)")
    }
    expect(try ordinary("run", "test", "Script", "folder=/", "code=pass"), status: 0)
  }

  @Test func aSealedSwarmIsRenamedOnlyWhenItIsOpenAgain() throws {
    expect(try program("seal", "test"), status: 0)
    let before = try program.folder.snapshot(excluding: "root/.swarmctl")
    expect(try program("rename", "test", "other", "--json"), code: .sealed)
    #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
    expect(try program("unseal", "test", "--yes"), status: 0)
    expect(try program("rename", "test", "other"), status: 0)
    #expect(try program("list", "-q").stdout.contains("\(swarm.swarm)"))
  }

  @Test func aSnapshotCopiesHolesAsHoles() throws {
    let file = swarm.layout.memory(swarm.swarm, .shared) + "/big"
    let sparse = try FileSystem.open(file, O_RDWR | O_CREAT)
    try systemCall { ftruncate(sparse.number, 3 << 30) }
    try sparse.close()
    expect(try program("snapshot", "create", "test", "old"), status: 0)
    let copies = try FolderTree.entries(of: swarm.layout.snapshots(swarm.swarm)).filter {
      $0.path.text.hasSuffix("/big")
    }
    #expect(copies.count == 1 && copies[0].status.size == 3 << 30 && copies[0].status.isSparse)
  }
}
