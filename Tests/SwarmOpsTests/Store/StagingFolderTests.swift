import Foundation
import Testing

@testable import SwarmOps

@Suite struct StagingFolderTests {
  @Test func aSweepRemovesTheDeadAndLeavesTheLiving() throws {
    let folder = try TemporaryFolder()
    let living = try StagingFolder.make(in: folder("staging"))
    try folder.write("staging/1-dead/a/b", "text")
    chmod(folder("staging/1-dead/a"), 0)
    chmod(folder("staging/1-dead"), 0)
    #expect(StagingFolder.sweep(folder("staging")) == 1)
    #expect(try FileSystem.list(folder("staging")).map { folder("staging/" + $0) } == [living.path])
    try living.remove()
    #expect(try FileSystem.list(folder("staging")) == [])
  }

  @Test func whatCannotBeSweptDoesNotStopTheSweep() throws {
    let folder = try TemporaryFolder()
    try folder.write("staging/a-file", "not ours")
    try folder.write("outside/kept", "not ours")
    try FileManager.default.createSymbolicLink(
      atPath: folder("staging/b-link"), withDestinationPath: folder("outside"))
    try folder.write("staging/3-dead/x", "")
    #expect(StagingFolder.sweep(folder("staging")) == 1)
    #expect(try FileSystem.list(folder("staging")).sorted() == ["a-file", "b-link"])
    #expect(try FileSystem.status(folder("outside/kept")) != nil)
  }

  @Test func nothingBehindALinkIsSwept() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let layout = program.store.layout
    // As in /tmp: names of our form and others, locked by nobody.
    for name in ["1-dead", "somebody's"] { try program.folder.write("outside/\(name)/x", "mine") }
    try program.folder.write("behind/staging/1-dead/x", "mine")
    for (link, target) in [(layout.staging, "outside"), (layout.state, "behind")] {
      try FolderTree.remove(link)
      symlink(program.folder(target), link)
      expect(try program("run", "test", "Keep"), status: 0)
      expect(try program("doctor", "--fix"), status: 2)
    }
    #expect(try FileSystem.list(program.folder("outside")).sorted() == ["1-dead", "somebody's"])
    #expect(try FileSystem.list(program.folder("outside/1-dead")) == ["x"])
    #expect(try FileSystem.list(program.folder("behind/staging/1-dead")) == ["x"])
  }

  @Test func onlyNamesOfOurFormAreSwept() throws {
    let folder = try TemporaryFolder()
    let foreign = ["dead", "1-", "-dead", "1-DEAD", "1-dead-2", "1-g", "12345678901-a"]
    for name in foreign + ["1-dead", "4194304-ffffffffffffffff"] {
      try folder.write("staging/\(name)/x", "")
    }
    #expect(StagingFolder.sweep(folder("staging")) == 2)
    #expect(try FileSystem.list(folder("staging")).sorted() == foreign.sorted())
  }

  @Test(.enabled(if: Machine.canGiveFilesAway, "needs root and setpriv"))
  func whatBelongsToAnotherUserIsNotSwept() throws {
    let folder = try TemporaryFolder()
    try folder.write("staging/1-dead/x", "")
    chown(folder("staging/1-dead"), 65534, 65534)
    #expect(StagingFolder.sweep(folder("staging")) == 0)
  }

  @Test func copiesBehindALinkAreNotRemoved() throws {
    let folder = try TemporaryFolder()
    let swarm = GUID.random()
    let layout = SwarmLayout(root: folder("root"))
    let staging = try StagingFolder.make(in: layout.staging)
    // What an agent may put in place of the folders above its memory.
    try folder.write("elsewhere/\(swarm)/memory/shared/memory.json", "{}")
    try FileSystem.makeFolder(staging.path + "/child")
    symlink(folder("elsewhere"), staging.path + "/child/swarms")
    StagingFolder.removeCopies(layout, of: swarm)
    StagingFolder.removeCopies(layout, of: swarm, .shared)
    #expect(try FileSystem.status(folder("elsewhere/\(swarm)/memory/shared/memory.json")) != nil)
  }

  @Test func manyAtOnceNeverTakeOrLoseEachOthersFolders() async throws {
    let folder = try TemporaryFolder()
    let place = folder("staging")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for round in 0..<100 {
            StagingFolder.sweep(place)
            let mine = try StagingFolder.make(in: place)
            try FileSystem.create(mine.path + "/\(worker)-\(round)", [], sync: false)
            #expect(try FileSystem.list(mine.path) == ["\(worker)-\(round)"])
            try mine.remove()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try FileSystem.list(place) == [])
  }

  @Test func aPlaceThatNeverTakesAFolderIsAnErrorAtOnce() throws {
    // There mkdir says that nothing is there, as when a sweeper was quicker.
    #expect(throws: SwarmError.self) { try StagingFolder.make(in: "/proc") }
    let program = try Program()
    let path = try program.folder.write("f/echo_agent.py", Sources.echo)
    let outcome = try program(
      "deploy", (path as NSString).deletingLastPathComponent, "--dry-run", "--json",
      environment: ["TMPDIR": "/proc"])
    expect(outcome, code: .io)
  }
}
