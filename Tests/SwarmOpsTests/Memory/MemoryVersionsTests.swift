import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryVersionsTests {
  private func place(_ swarm: ScriptedSwarm) -> String {
    swarm.layout.versions(swarm.swarm, .shared)
  }

  @Test func eachChangeKeepsTheOneBefore() throws {
    let swarm = try ScriptedSwarm()
    for number in 1...3 { expect(try swarm.run(ScriptedSwarm.save(number)), status: 0) }
    expect(try swarm.run("pass"), status: 0)
    expect(try swarm.run("raise ValueError(1)"), status: 1)
    let found = try swarm.versions()
    #expect(found.map { $0["version"]?.int } == [3, 2, 1], "\(found)")
    #expect(found.map { $0["by"] } == ["Script", "Script", "Script"])
    #expect(found.map { $0["entries"]?.int } == [1, 1, 0])
    #expect(found.map { $0["bytes"]?.int } == [8, 8, 0])
    let show = try swarm.program("memory", "show", "test", "--version", "2", "--json")
    #expect(show.stdout == #"{"n": 1}"#, "\(show)")
    expect(
      try swarm.program("memory", "show", "test", "--version", "1", "--json"), code: .noSuchUser)
    for number in ["9", "4"] {
      expect(
        try swarm.program("memory", "show", "test", "--version", number, "--json"),
        code: .noSuchVersion)
    }
    expect(try swarm.program("memory", "show", "test", "--version=x", "--json"), code: .usage)
    #expect(try swarm.program("memory", "show", "--version").stdout.hasPrefix("swarmctl "))
    // Another user has none of it.
    #expect(try swarm.versions("--user", ScriptedSwarm.user).isEmpty)
    // A second name of the file that was replaced, not a copy.
    let names = try FileSystem.list(place(swarm))
    #expect(names.count == 3)
  }

  @Test func theFileThatIsReplacedIsNotCopied() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
    let inode = try #require(try FileSystem.status(swarm.memoryFile)?.inode)
    expect(try swarm.run(ScriptedSwarm.save(2)), status: 0)
    let latest = try #require(
      try MemoryVersions(store: swarm.program.store).list(swarm.swarm, .shared).first)
    #expect(try FileSystem.status(latest.path)?.inode == inode)
    #expect(try FileSystem.status(latest.path)?.permissions == 0o600)
  }

  @Test func atMostTwentyAndSixteenMegabytesAreKept() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 0}"#)
    let keeper = NamespaceVersions(layout: swarm.layout, swarm: swarm.swarm, namespace: .shared)
    func change(_ text: String) throws {
      let kept = keeper.keep(
        NamespaceVersions.Change(
          replaced: ["memory.json"],
          bytes: try #require(try FileSystem.status(swarm.memoryFile)).size,
          by: "test"))
      #expect(kept.warning == nil)
      try FileSystem.removeFile(swarm.memoryFile)
      try FileSystem.create(swarm.memoryFile, Array(text.utf8), sync: false)
      kept.finish()
    }
    for number in 1...25 { try change("{\"a\": \(number)}") }
    #expect(try keeper.all().map(\.number) == Array((6...25).reversed()))
    let large = "{\"a\": \"" + String(repeating: "x", count: 5 << 20) + "\"}"
    for _ in 1...5 { try change(large) }
    try change("{}")
    let bytes = try keeper.all().reduce(0) { $0 + $1.bytes }
    #expect(bytes <= 16 << 20 && bytes > 10 << 20)
    #expect(try keeper.all().map(\.number) == [31, 30, 29])
    // One that is too large alone is not kept, and what is kept stays.
    try change("{\"a\": \"" + String(repeating: "x", count: 17 << 20) + "\"}")
    try change("{}")
    #expect(try keeper.all().first?.number == 32)
    expect(
      try swarm.program("memory", "show", "test", "--version", "3", "--json"), code: .noSuchVersion)
    expect(try swarm.program("memory", "undo", "test", "--to", "3", "--json"), code: .noSuchVersion)
  }

  @Test func diffSaysWhatChanged() throws {
    let swarm = try ScriptedSwarm()
    expect(
      try swarm.run("json.dump({'a': {'content': 'tea'}, 'b': 1}, open(path, 'w'))"), status: 0)
    expect(
      try swarm.run(
        "json.dump({'a': {'content': 'milk'}, 'c': 2}, open(path, 'w')); "
          + "open(here + '/n.txt', 'w').write('n')"), status: 0)
    let last = try swarm.program("memory", "diff", "test", "--json")
    expect(last, status: 2)
    #expect(last.json?["from"] == 2 && last.json?["to"] == .null, "\(last)")
    #expect(last.json?["added"]?.array?.map { $0["id"] } == ["c"])
    #expect(last.json?["removed"]?.array?.map { $0["id"] } == ["b"])
    #expect(last.json?["changed"]?.array?.first?["after"]?["content"] == "milk")
    #expect(last.json?["files"]?.array?.first?["path"] == "n.txt")
    let text = try swarm.program("memory", "diff", "test")
    #expect(text.stdout == "- a  tea\n+ a  milk\n- b  1\n+ c  2\n+ n.txt, 1 B\n", "\(text)")
    let first = try swarm.program("memory", "diff", "test", "--from", "1", "--to", "2", "--json")
    #expect(first.json?["added"]?.array?.count == 2, "\(first)")
    expect(try swarm.program("memory", "diff", "test", "--from", "2", "--to", "2"), status: 0)
    expect(
      try swarm.program("memory", "diff", "test", "--shared", "--from", "7", "--json"),
      code: .noSuchVersion)
    expect(
      try swarm.program("memory", "diff", "test", "--user", ScriptedSwarm.user, "--json"),
      code: .noSuchVersion)
  }

  @Test func aBatchKeepsVersionsToo() throws {
    let swarm = try ScriptedSwarm()
    let request = Sources.text([
      "swarm": "test", "name": "Script",
      "args": ["folder": "/", "code": .string(ScriptedSwarm.save(5))],
    ])
    expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
    expect(try swarm.program("batch", stdin: request + "\n"), status: 0)
    #expect(try swarm.memory() == #"{"n": 5}"#)
    #expect(try swarm.versions().count == 2)
    expect(try swarm.program("memory", "undo", "test"), status: 0)
    #expect(try swarm.memory() == #"{"n": 1}"#)
  }

  @Test func whateverErasesErasesTheVersionsToo() throws {
    let swarm = try ScriptedSwarm()
    let user = ScriptedSwarm.user
    func fill() throws {
      for number in 1...3 {
        expect(
          try swarm.run(
            "json.dump({'a': 'secret\(number)', 'b': 1}, open(path, 'w'))", "--user", user),
          status: 0)
      }
    }
    func isHeld() throws -> Bool {
      try swarm.program.shell("grep -raq secret '\(swarm.program.root)'").status == 0
    }
    try fill()
    #expect(try isHeld())
    let entry = try swarm.program(
      "memory", "wipe", "test", "--user", user, "--entry", "a", "--yes", "--json")
    expect(entry, status: 0)
    #expect(entry.json?["wiped"]?.array?.first?["versions"] == 3, "\(entry)")
    #expect(try !isHeld())
    try fill()
    let text = try swarm.program("memory", "wipe", "test", "--user", user, "--dry-run")
    #expect(text.stdout.contains("3 earlier versions"), "\(text)")
    #expect(try isHeld())
    expect(try swarm.program("memory", "wipe", "test", "--user", user, "--yes"), status: 0)
    #expect(try !isHeld())
    try fill()
    expect(try swarm.program("memory", "wipe", "test", "--all-users", "--yes"), status: 0)
    #expect(try !isHeld())
    // A memory that its agent removed lives on in its versions, and can be wiped.
    try fill()
    expect(try swarm.run("os.remove(path)", "--user", user), status: 0)
    #expect(try isHeld())
    expect(try swarm.program("memory", "wipe", "test", "--user", user, "--yes"), status: 0)
    #expect(try !isHeld())
    try fill()
    expect(try swarm.program("memory", "forget", "--user", user, "--yes"), status: 0)
    #expect(try !isHeld())
    try fill()
    let remove = try swarm.program("remove", "test", "--yes", "--json")
    expect(remove, status: 0)
    #expect(remove.json?["removed"]?.array?.first?["versions"] == 3, "\(remove)")
    #expect(try !isHeld())
    #expect(try FileSystem.list(swarm.layout.versions) == [])
  }

  @Test func wipeAndRemoveSayWhatSnapshotsHold() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
    expect(try swarm.program("snapshot", "create", "test", "old"), status: 0)
    let wipe = try swarm.program("memory", "wipe", "test", "--shared", "--yes", "--json")
    #expect(wipe.json?["wiped"]?.array?.first?["snapshots"]?.array?.count == 1, "\(wipe)")
    let remove = try swarm.program("remove", "test", "--dry-run")
    #expect(remove.stdout.contains("1 snapshot"), "\(remove)")
  }

  @Test func aVersionThatCannotBeKeptIsAWarning() throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
    try FolderTree.remove(swarm.layout.versions)
    try FileSystem.create(swarm.layout.versions, [], sync: false)
    let outcome = try swarm.run(ScriptedSwarm.save(2))
    expect(outcome, status: 0)
    #expect(outcome.json?["warnings"]?.array?.count == 1, "\(outcome)")
    #expect(outcome.stderr.contains("could not be kept"), "\(outcome)")
    #expect(try swarm.memory() == #"{"n": 2}"#)
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: [
      "link:error=EPERM:when=1+", "link:error=ENOSPC:when=1+", "link:error=EMLINK:when=1",
    ])
  func withoutSecondNamesBytesAreCopied(fault: String) throws {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(ScriptedSwarm.save(1)), status: 0)
    expect(try swarm.run(ScriptedSwarm.save(2), under: Machine.strace(fault)), status: 0)
    #expect(try swarm.memory() == #"{"n": 2}"#)
    #expect(
      try swarm.program("memory", "show", "test", "--version", "2", "--json").stdout == #"{"n": 1}"#
    )
    expect(try swarm.program("memory", "undo", "test"), status: 0)
    #expect(try swarm.memory() == #"{"n": 1}"#)
  }
}
