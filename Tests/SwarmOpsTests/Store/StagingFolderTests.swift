import Foundation
import Testing

@testable import SwarmOps

@Suite struct StagingFolderTests {
  @Test func aSweepRemovesTheDeadAndLeavesTheLiving() throws {
    let folder = try TemporaryFolder()
    let living = try StagingFolder.make(in: folder("staging"))
    try folder.write("staging/dead/a/b", "text")
    chmod(folder("staging/dead/a"), 0)
    chmod(folder("staging/dead"), 0)
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
    try folder.write("staging/c-dead/x", "")
    #expect(StagingFolder.sweep(folder("staging")) == 1)
    #expect(try FileSystem.list(folder("staging")).sorted() == ["a-file", "b-link"])
    #expect(try FileSystem.status(folder("outside/kept")) != nil)
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
