import Foundation
import Testing

@testable import SwarmOps

/// A root that belongs to somebody else than who runs swarmctl.
@Suite(
  .enabled(
    if: Machine.canGiveFilesAway
      && FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
    "needs root, setpriv and a python3 for everybody"))
struct ForeignOwnerTests {
  private var program: Program
  private let swarm: GUID
  private let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
  private var layout: SwarmLayout { program.store.layout }

  init() throws {
    program = try Program()
    // One that every user may run.
    program.environment["SWARMCTL_PYTHON"] = "/usr/bin/python3"
    try FileSystem.makeFolder(program.root)
    chown(program.folder.path, 65534, 65534)
    chown(program.folder("home"), 65534, 65534)
    chown(program.root, 65534, 65534)
    chmod(program.folder.path, 0o755)
    swarm = try program.deploy(["keep_agent.py": Sources.keep])
  }

  /// Runs the program as the owner of the root.
  private func asOwner(_ words: String...) throws -> Program.Outcome {
    try program.start(
      ["--reuid=65534", "--regid=65534", "--clear-groups", Program.path] + words,
      executable: Machine.setpriv
    ).wait()
  }

  @Test func whatRootMakesBelongsToTheOwnerOfTheRoot() throws {
    expect(try program("run", "test", "Keep", "key=a", "text=1", "--user", user), status: 0)
    expect(try program("run", "test", "Keep", "key=b", "text=1", "--user", user), status: 0)
    try program.folder.write("import.json", "{\"c\": 1}")
    expect(
      try program("memory", "import", "test", program.folder("import.json"), "--shared", "--yes"),
      status: 0)
    // Bytecode that is compiled in a fence and outside of one.
    let other = try program.deploy(name: "open", ["keep_agent.py": Sources.keep])
    try FolderTree.remove(layout.code(other))
    expect(
      try program("run", "open", "Keep", "key=a", "text=1", "--sandbox", "off"), status: 0)
    try FolderTree.remove(layout.code(other))
    try program.deploy(name: "many", ["keep_agent.py": Sources.keep])
    let lines = ["open", "many"].map {
      #"{"swarm": "\#($0)", "name": "Keep", "args": {"key": "c"}}"#
    }
    expect(try program("batch", stdin: lines.joined(separator: "\n")), status: 0)
    let entries = try FolderTree.entries(of: program.root)
    #expect(entries.contains { $0.path.text.hasSuffix(".pyc") })
    for entry in entries {
      #expect(entry.status.owner == 65534, "\(entry.path)")
    }
    let outcome = try asOwner("run", "test", "Keep", "key=c", "text=1", "--user", user)
    expect(outcome, status: 0)
    #expect(outcome.stdout == "{\"a\": \"1\", \"b\": \"1\", \"c\": \"1\"}\n", "\(outcome)")
  }

  @Test func keptFolderOfRootStopsNothing() throws {
    for name in [user, "shared"] {
      let target = name == "shared" ? ["--shared"] : ["--user", name]
      let running = try program.start(["run", "test", "Keep", "key=a", "text=1"] + target)
      expect(try running.wait(), status: 0)
    }
    try FileSystem.makeFolders(layout.kept + "/\(swarm)/\(user)")
    for path in [layout.kept, layout.kept + "/\(swarm)", layout.kept + "/\(swarm)/\(user)"] {
      chown(path, 0, 0)
    }
    let wiped = try asOwner("memory", "wipe", "test", "--shared", "--yes")
    expect(wiped, status: 0)
    #expect(wiped.stderr.contains("belongs to another user"), "\(wiped)")
    let forgotten = try asOwner("memory", "forget", "--user", user, "--yes", "--json")
    expect(forgotten, status: 2)
    #expect(
      forgotten.json?["remaining"]?.array?.contains { $0["path"]?.string == layout.kept } == true,
      "\(forgotten)")
    #expect(try FileSystem.status(layout.memory(swarm, .user(#require(GUID(user))))) == nil)
    expect(try asOwner("remove", "test", "--yes"), status: 0)
    #expect(try FileSystem.status(layout.swarm(swarm)) == nil)
    #expect(try FileSystem.status(layout.kept + "/\(swarm)/\(user)") != nil)
  }

  @Test func swarmThatCannotBeRemovedWholeIsLeftWhole() throws {
    for name in [user, "b0b00000-0000-4000-8000-000000000002"] {
      expect(try program("run", "test", "Keep", "key=a", "text=1", "--user", name), status: 0)
    }
    chown(layout.memory(swarm) + "/" + user, 0, 0)
    let before = try program.state()
    let outcome = try asOwner("remove", "test", "--yes", "--json")
    expect(outcome, code: .io)
    #expect(try program.state() == before)
    #expect(try FileSystem.list(layout.staging) == [])
    let found = try asOwner("doctor", "--fix", "--json")
    expect(found, status: 2)
    #expect(found.stdout.contains("other_owner"), "\(found)")
    expect(try program("doctor", "--fix"), status: 0)
    expect(try asOwner("remove", "test", "--yes"), status: 0)
  }
}
