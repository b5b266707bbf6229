import Foundation
import Testing

@testable import SwarmOps

@Suite struct FolderRemovalTests {
  @Test func foldersDeeperThanAPathCanBeAreRemoved() throws {
    let folder = try TemporaryFolder()
    let top = folder("top")
    try FileSystem.makeFolder(top)
    var open = try FolderStream(top)
    // 300 levels of a name of 200 bytes; PATH_MAX is 4,096.
    let name = String(repeating: "n", count: 200)
    for level in 0..<300 {
      #expect(mkdirat(open.descriptor, name, 0o700) == 0)
      #expect(symlinkat("..", open.descriptor, "link") == 0)
      #expect(mkdirat(open.descriptor, "side", 0o700) == 0)
      let next = try FolderStream(name, in: open.descriptor)
      // Permissions that an agent took away.
      if level % 7 == 3 { #expect(fchmodat(open.descriptor, name, 0o000, 0) == 0) }
      open = next
    }
    try FolderTree.remove(top)
    #expect(try FileSystem.list(folder.path) == [])
  }

  @Test func namesThatAreNoTextAreRemovedAndLinksNotFollowed() throws {
    let folder = try TemporaryFolder()
    try folder.write("outside/kept", "not ours")
    try folder.write("top/a/file", "")
    let stream = try FolderStream(folder("top/a"))
    let odd: [CChar] = [0x61, -1, 0]
    #expect(mkdirat(stream.descriptor, odd, 0o700) == 0)
    #expect(mkfifoat(stream.descriptor, "fifo", 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: folder("top/link"), withDestinationPath: folder("outside"))
    try FolderTree.remove(folder("top"))
    #expect(try FileSystem.list(folder.path) == ["outside"])
    #expect(try FileSystem.list(folder("outside")) == ["kept"])
    try FolderTree.remove(folder("top"))
  }

  @Test func whatCannotBeRemovedIsNamed() throws {
    // A mount point is in the way of everybody.
    guard FileSystem.statusFollowingLinks("/proc/self/fd")?.kind == .folder else { return }
    do throws(SwarmError) {
      try FolderTree.remove("/proc/self/fdinfo")
      Issue.record("a folder of the kernel was removed")
    } catch {
      #expect(error.code == .io)
      #expect(error.message.hasPrefix("cannot remove /proc/self/fdinfo/"), "\(error)")
    }
  }

  @Test func aRunSweepsWhatAnAgentNestedTooDeep() throws {
    let swarm = try ScriptedSwarm()
    let nest = """
      os.chdir(os.path.dirname(path))
      for i in range(200): os.mkdir('d' * 100); os.chdir('d' * 100)
      """
    let outcome = try swarm.run(nest)
    expect(outcome, code: .io)
    #expect(outcome.stdout.contains("File name too long"), "\(outcome)")
    expect(try swarm.run("pass"), status: 0)
    #expect(try swarm.staged() == [])
  }
}
