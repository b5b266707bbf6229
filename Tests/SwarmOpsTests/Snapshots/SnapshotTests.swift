import Foundation
import Testing

@testable import SwarmOps

@Suite struct SnapshotTests {
  private let user = ScriptedSwarm.user

  @Test func aSnapshotHasTheLayoutOfThePythonServers() throws {
    let swarm = try ScriptedSwarm.filled()
    try swarm.program.folder.write(
      "root/swarms/\(swarm.swarm)/memory/\(user)/notes/a.txt", "beside")
    let name = try swarm.snapshot("before import/1")
    #expect(name.wholeMatch(of: /\d{8}T\d{6}Z_before_import_1/) != nil, "\(name)")
    let path = swarm.layout.snapshot(swarm.swarm, name)
    #expect(
      try FileSystem.list(path).sorted() == [
        "agents", "memory", "snapshot_metadata.json", "source_manifest.json",
      ])
    let metadata = try JSONValue.parse(try FileSystem.read(path + "/snapshot_metadata.json"))
    #expect(metadata["snapshot_label"] == "before_import_1")
    #expect(metadata["snapshot_name"]?.string == name)
    #expect(metadata["swarm_guid"]?.string == "\(swarm.swarm)")
    #expect(metadata["snapshot_iso"]?.string?.hasSuffix("Z") == true)
    for entry in try FolderTree.entries(of: path) {
      #expect(entry.status.permissions == (entry.status.kind == .folder ? 0o555 : 0o444))
      let live =
        swarm.layout.swarm(swarm.swarm) + "/"
        + (entry.path == "source_manifest.json" ? "manifest.json" : entry.path.text)
      guard entry.status.kind == .file, let original = try FileSystem.status(live) else { continue }
      // Bytes are copied, never linked: others write in place.
      #expect(original.inode != entry.status.inode)
      #expect(try FileComparison.haveSameContent(live, path + "/" + entry.path))
    }
    #expect(try FileSystem.status(path)?.permissions == 0o555)
  }

  @Test func theSecondOfOneSecondGetsTheNext() throws {
    let swarm = try ScriptedSwarm.filled()
    let creation = SnapshotCreation(store: swarm.program.store, locks: LockOptions())
    var names: Set<String> = []
    for _ in 0..<3 { names.insert(try creation.create(swarm.swarm, label: "x").snapshot.name) }
    #expect(names.count == 3)
    #expect(try SwarmSnapshot.all(of: swarm.swarm, layout: swarm.layout).count == 3)
  }

  @Test(arguments: [
    ("", "snapshot"), ("../../etc", "______etc"), ("a/b", "a_b"), ("tab\there\u{1B}", "tab_here_"),
    ("ok-1_B", "ok-1_B"), ("ümlaut", "_mlaut"),
    (String(repeating: "x", count: 300), String(repeating: "x", count: 64)),
  ])
  func labelsBecomeFitForNames(text: String, label: String) {
    #expect(SwarmSnapshot.label(text) == label)
  }

  @Test func whateverReadsASwarmReadsASnapshot() throws {
    let swarm = try ScriptedSwarm.filled()
    let name = try swarm.snapshot("old")
    expect(try swarm.run(ScriptedSwarm.save(7)), status: 0)
    expect(try swarm.run(ScriptedSwarm.save(8), "--user", user), status: 0)
    let program = swarm.program
    for reference in ["test@old", "test@\(name)", "\(swarm.swarm)@\(name.prefix(10))"] {
      let run = try program(
        "run", reference, "Script", "folder=/", "code=result = open(path).read()", "--user", user)
      #expect(run.stdout == "{\"n\": 2}\n", "\(run)")
      #expect(try program("memory", "show", reference, "--json").stdout == "{\"n\": 1}")
    }
    let users = try program("users", "test@old", "--json")
    #expect(users.json?["users"]?.array?.count == 2, "\(users)")
    let agents = try program("agents", "test@old", "--json")
    #expect(agents.json?["agents"]?.array?.first?["name"] == "Script", "\(agents)")
    let search = try program("memory", "search", "test@old", "1", "--json")
    #expect(search.json?["entries"]?.array?.count == 1, "\(search)")
    let export = try program("memory", "export", "test@old", "--all-users", "--json")
    #expect(export.json?["memories"]?.array?.count == 2, "\(export)")
    expect(try program("context", "test@old", "--json"), status: 0)
    expect(try program("inspect", "test@old", "--json"), status: 0)
    let bundle = try program("export", "test@old", "--json")
    #expect(bundle.json?["agent_count"] == 1, "\(bundle)")
    let redeployed = try program(
      "deploy", "-", "--new", "--name", "again", "--json", stdin: bundle.stdout)
    expect(redeployed, status: 0)
    #expect(try swarm.memory() == #"{"n": 7}"#)
  }

  @Test func completionsKnowSnapshotsAndVersions() throws {
    let swarm = try ScriptedSwarm.filled()
    let name = try swarm.snapshot("old")
    expect(try swarm.program("list"), status: 0)
    let program = swarm.program
    for words in [
      ["run", "test@"], ["memory", "show", "test@"], ["snapshot", "remove", "test@"],
    ] {
      let answer = try program.start(["__complete", "zsh"] + words).wait()
      #expect(answer.stdout.contains("test@\(name)\told\n"), "\(answer)")
    }
    let swarms = try program("__complete", "zsh", "snapshot", "restore", "")
    #expect(swarms.stdout.contains("test@\t"), "\(swarms)")
    let versions = try program("__complete", "zsh", "memory", "undo", "test", "--to", "")
    #expect(versions.stdout.contains("1\tbefore Script"), "\(versions)")
  }

  @Test func whatWritesIsRefused() throws {
    let swarm = try ScriptedSwarm.filled()
    _ = try swarm.snapshot("old")
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let program = swarm.program
    for words in [
      ["run", "test@old", "Script", "folder=/", "code=\(ScriptedSwarm.save(9))"],
      ["memory", "import", "test@old", "--shared", "--yes"],
      ["memory", "wipe", "test@old", "--shared", "--yes"],
      ["memory", "undo", "test@old"], ["seal", "test@old"], ["remove", "test@old", "--yes"],
      ["memory", "versions", "test@old"],
    ] {
      let outcome = try program.start(words + ["--json"], stdin: "{}").wait()
      expect(outcome, code: .snapshot)
      #expect(outcome.json?["message"]?.string?.contains("snapshot") == true, "\(outcome)")
    }
    let batch = try program(
      "batch", stdin: #"{"swarm": "test@old", "name": "Script", "args": {}}"# + "\n")
    #expect(batch.stdout.contains(#""code":"snapshot""#), "\(batch)")
    #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test func theOtherFormIsReadTooAndDamageIsNamed() throws {
    let swarm = try ScriptedSwarm.filled()
    let place = "root/swarms/\(swarm.swarm)/snapshots"
    let folder = swarm.program.folder
    func form(_ name: String, guid: String) throws {
      try folder.write(
        "\(place)/\(name)/.snapshot.json",
        #"{"schema": "rapp-snapshot/1.0", "swarm_guid": "\#(guid)", "snapshot_name": "\#(name)", "#
          + #""taken_at": "2026-04-19T03:14:00Z"}"#)
      try folder.write("\(place)/\(name)/manifest.json", #"{"name": "test", "agents": []}"#)
      try folder.write("\(place)/\(name)/memory/shared/memory.json", #"{"old": 1}"#)
    }
    try form("monday", guid: "\(swarm.swarm)".uppercased())
    try form("foreign", guid: ScriptedSwarm.user)
    try folder.write("\(place)/half/memory/shared/memory.json", #"{"half": 1}"#)
    try folder.write("\(place)/torn/snapshot_metadata.json", "{")
    try folder.write("\(place)/notes.txt", "no snapshot")
    #expect(try swarm.program("memory", "show", "test@monday", "--json").stdout == #"{"old": 1}"#)
    let list = try swarm.program("snapshot", "list", "test", "--json")
    let found = try #require(list.json?["snapshots"]?.array, "\(list)")
    #expect(
      found.map { ($0["snapshot_name"]?.string ?? "") + " " + ($0["state"]?.string ?? "") }
        == ["foreign damaged", "half damaged", "monday ok", "torn damaged"], "\(list)")
    #expect(list.stderr.contains("another swarm") && list.stderr.contains("half a copy"))
    for name in ["foreign", "half", "torn"] {
      expect(try swarm.program("memory", "show", "test@\(name)", "--json"), code: .badData)
      expect(
        try swarm.program("snapshot", "restore", "test@\(name)", "--yes", "--json"), code: .badData)
    }
    for name in ["nothing", "", "../monday", "a/b", "x\u{7}", String(repeating: "n", count: 300)] {
      let outcome = try swarm.program("memory", "show", "test@\(name)", "--json")
      expect(outcome, code: .noSuchSnapshot)
    }
    expect(try swarm.program("snapshot", "remove", "test@half", "--yes"), status: 0)
    #expect(try FileSystem.status(swarm.layout.snapshot(swarm.swarm, "half")) == nil)
  }

  @Test(arguments: [true, false])
  func removingAsksAndRemovesThatAlone(asRoot: Bool) throws {
    let swarm = try ScriptedSwarm.filled()
    let (first, second) = (try swarm.snapshot("one"), try swarm.snapshot("two"))
    let prefix = asRoot ? ["/usr/bin/env"] : Unprivileged.words
    func remove(_ words: String...) throws -> Program.Outcome {
      try swarm.program.start(
        Array(prefix.dropFirst()) + [Program.path, "snapshot", "remove"] + words + ["--json"],
        executable: prefix[0]
      ).wait()
    }
    expect(try remove("test@one"), code: .confirmationRequired)
    expect(try remove("test@one", "--dry-run"), status: 0)
    expect(try remove("test@one", "test@none", "--yes"), code: .noSuchSnapshot)
    expect(try remove("test", "--yes"), code: .usage)
    expect(try remove("test@\(first.prefix(9))", "--yes"), code: .noSuchSnapshot)
    #expect(try FileSystem.list(swarm.layout.snapshots(swarm.swarm)).count == 2)
    expect(try remove("test@one", "--yes"), status: 0)
    #expect(try FileSystem.list(swarm.layout.snapshots(swarm.swarm)) == [second])
    #expect(try swarm.staged() == [])
  }

  @Test(arguments: [true, false])
  func restoringPutsBackOneUserOrAll(asRoot: Bool) throws {
    let swarm = try ScriptedSwarm.filled()
    let prefix = asRoot ? ["/usr/bin/env"] : Unprivileged.words
    func restore(_ words: String...) throws -> Program.Outcome {
      try swarm.program.start(
        Array(prefix.dropFirst()) + [Program.path, "snapshot", "restore"] + words + ["--json"],
        executable: prefix[0]
      ).wait()
    }
    let other = ScriptedSwarm.otherUser
    let old = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    _ = try swarm.snapshot("old")
    expect(try swarm.run(ScriptedSwarm.save(7)), status: 0)
    expect(
      try swarm.run(ScriptedSwarm.save(8) + "; open(here + '/n.txt', 'w')", "--user", user),
      status: 0)
    expect(try swarm.run(ScriptedSwarm.save(9), "--user", other), status: 0)
    let new = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    expect(try restore("test@old"), code: .confirmationRequired)
    let dry = try restore("test@old", "--dry-run")
    #expect(dry.json?["restored"]?.array?.count == 3, "\(dry)")
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == new)
    expect(try restore("test@old", "--user", other, "--yes"), code: .noSuchUser)

    expect(try restore("test@old", "--user", user, "--yes"), status: 0)
    #expect(try swarm.memory() == #"{"n": 7}"#)
    #expect(
      try FileSystem.list(swarm.layout.memory(swarm.swarm, .user(try #require(GUID(user))))) == [
        "memory.json"
      ])

    expect(try restore("test@old", "--yes"), status: 0)
    let snapshots = "root/swarms/\(swarm.swarm)/snapshots"
    #expect(
      try swarm.program.folder.snapshot(excluding: "root/.swarmctl").without(snapshots) == old)
    let again = try restore("test@old", "--yes")
    #expect(again.json?["restored"]?.array == [], "\(again)")
    // What was there is kept: also that of the user whom the snapshot did not know.
    expect(try swarm.program("memory", "undo", "test", "--user", other), status: 0)
    expect(try swarm.program("memory", "undo", "test"), status: 0)
    #expect(try swarm.memory() == #"{"n": 7}"#)
    #expect(
      try swarm.program("memory", "show", "test", "--user", other, "--json").stdout == #"{"n": 9}"#)
    #expect(try swarm.staged() == [])
  }

  @Test func allUsersAreOfOneInstant() throws {
    let swarm = try ScriptedSwarm()
    // Each call writes one number to two users, the second after the first: never the other way.
    let users = [ScriptedSwarm.user, ScriptedSwarm.otherUser]
    for user in users { expect(try swarm.run(ScriptedSwarm.save(0), "--user", user), status: 0) }
    // Until the test ends, from another process.
    try swarm.program.folder.write("going", "")
    let writer = try swarm.program.start(
      [
        "-c",
        """
        n=1; while [ -e "$1" ]; do for user in "$4" "$5"; do "$2" run test Script folder=/ \
          "code=json.dump({'n': $n}, open(path, 'w'))" --user "$user" || exit 9; done; n=$((n+1)); done
        """, "-", swarm.program.folder("going"), Program.path, "", users[0], users[1],
      ], executable: "/bin/sh")
    for _ in 0..<12 {
      let name = try swarm.snapshot()
      let place = swarm.layout.snapshot(swarm.swarm, name) + "/memory/"
      let numbers = try users.map { user in
        try #require(
          try JSONValue.parse(try FileSystem.read(place + user + "/memory.json"))["n"]?.int)
      }
      #expect(numbers[0] == numbers[1] || numbers[0] == numbers[1] + 1, "\(numbers)")
    }
    try FileSystem.removeFile(swarm.program.folder("going"))
    expect(try writer.wait(), status: 0)
  }
}
