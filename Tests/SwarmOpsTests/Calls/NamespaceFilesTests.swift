import Foundation
import Testing

@testable import SwarmOps

/// What a run does with the files beside a memory, and with what is neither a file nor a folder.
@Suite struct NamespaceFilesTests {
  private static let change = "open(path, 'w').write('{\"changed\": true}')"

  @Test func filesBesideTheMemoryAreKeptCreatedChangedAndRemoved() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    for name in ["kept.txt", "gone.txt", "changed.txt", "deep/er/old.txt"] {
      try swarm.remember("old", in: name)
    }
    let kept = try FileSystem.status(swarm.folder + "/kept.txt")
    let outcome = try swarm.run(
      """
      os.remove(here + '/gone.txt')
      open(here + '/changed.txt', 'w').write('new')
      os.makedirs(here + '/made/here')
      open(here + '/made/here/new.txt', 'w').write('new')
      open(here + '/deep/er/new.txt', 'w').write('new')
      os.chmod(here + '/kept.txt', 0o666)
      """)
    expect(outcome, status: 0)
    let files = try FolderTree.entries(of: swarm.folder)
    #expect(
      files.map(\.path) == [
        "changed.txt", "deep", "deep/er", "deep/er/new.txt", "deep/er/old.txt", "kept.txt", "made",
        "made/here", "made/here/new.txt", "memory.json",
      ])
    for file in files {
      #expect(file.status.permissions == (file.status.kind == .folder ? 0o700 : 0o600))
    }
    // Not even copied: the same file, with its own times.
    let after = try FileSystem.status(swarm.folder + "/kept.txt")
    #expect(after?.inode == kept?.inode && after?.modified == kept?.modified)
    #expect(try FileSystem.read(swarm.folder + "/changed.txt") == Array("new".utf8))
    #expect(try swarm.memory() == #"{"a": 1}"#)
    #expect(try swarm.staged() == [])
  }

  @Test(arguments: ["memory.json", "", ".."])
  func linksThatWerePlantedAreNeverFollowed(place: String) throws {
    let swarm = try ScriptedSwarm()
    let outside = swarm.program.folder("outside")
    try swarm.program.folder.write("outside/memory.json", #"{"secret": 1}"#)
    try swarm.program.folder.write("outside/shared/memory.json", #"{"secret": 1}"#)
    let link: String
    switch place {
    case "": link = swarm.folder
    case "..": link = swarm.layout.memory(swarm.swarm)
    default: link = swarm.memoryFile
    }
    try FileSystem.makeFolders((link as NSString).deletingLastPathComponent)
    try? FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: place == "memory.json" ? outside + "/memory.json" : outside
    )
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    expect(try swarm.run(Self.change), code: .refused)
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test func anAgentThatTakesItsOwnPermissionsAwayIsCommittedAllTheSame() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    try swarm.remember("old", in: "notes/a.txt")
    let outcome = try swarm.run(
      Self.change + """

        open(here + '/notes/b.txt', 'w').write('new')
        for place in (path, here + '/notes/a.txt', here + '/notes', here):
            os.chmod(place, 0)
        """, under: Unprivileged.words)
    expect(outcome, status: 0)
    #expect(try swarm.memory() == #"{"changed": true}"#)
    for entry in try FolderTree.entries(of: swarm.folder) {
      let expected: UInt16 = entry.status.kind == .folder ? 0o700 : 0o600
      #expect(entry.status.permissions == expected, "\(entry.path)")
    }
    #expect(try swarm.staged() == [])
  }

  @Test func aFileWhoseNameIsNoTextIsKeptLikeAnyOther() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    expect(
      try swarm.run("open(here.encode() + b'/\\xff.txt', 'w').write('kept')"), status: 0)
    let file = FilePath(swarm.folder) / FilePath(bytes: [0xFF] + Array(".txt".utf8))
    #expect(try FileSystem.read(file) == Array("kept".utf8))
    expect(try swarm.run("open(here.encode() + b'/\\xff.txt').read()"), status: 0)
    #expect(try swarm.staged() == [])
  }

  @Test func aRunThatChangesSeveralFilesNeverLosesOneWhoseNameIsNoText() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let file = FilePath(swarm.folder) / FilePath(bytes: [0xFF])
    try FileSystem.create(file, Array("odd".utf8), sync: false)
    expect(
      try swarm.run("open(path, 'w').write('{}'); open(here + '/b', 'w').write('b')"), status: 0)
    #expect(try swarm.memory() == "{}")
    #expect(try FileSystem.read(file) == Array("odd".utf8))
  }
}
