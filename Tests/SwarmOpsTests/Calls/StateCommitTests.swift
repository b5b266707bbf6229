import Foundation
import Testing

@testable import SwarmOps

@Suite struct StateCommitTests {
  @Test func aFileThatAnotherProgramPutBesideTheMemoryIsNeverTakenForOneTheAgentRemoved() throws {
    let folder = try TemporaryFolder()
    let layout = SwarmLayout(root: folder("root"))
    let swarm = GUID.random()
    let memory = "root/swarms/\(swarm)/memory/shared/"
    try folder.write(memory + "memory.json", "{}")
    let commit = StateCommit(
      layout: layout, key: NamespaceKey(swarm: swarm, namespace: .shared), draft: folder("draft"),
      author: "test")
    let before = MemoryVersion(
      try #require(try FileSystem.status(layout.memoryFile(swarm, .shared))),
      content: Array("{}".utf8), isShared: false)
    try folder.write(memory + "theirs.txt", "theirs")
    try folder.write("adopted/memory.json", "{\"a\": 1}")
    try folder.write("adopted/ours.txt", "ours")
    let error = #expect(throws: SwarmError.self) {
      try commit.perform(.folder(folder("adopted")), expecting: before) { _ in }
    }
    #expect(error?.code == .conflict)
    #expect(try FileSystem.read(folder(memory + "theirs.txt")) == Array("theirs".utf8))
    // Both versions are kept.
    let kept = try #require(error?.path)
    #expect(try FileSystem.read(kept) == Array("{\"a\": 1}".utf8))
  }

  @Test func aChangeUnderTheSameTimeIsSeen() throws {
    let folder = try TemporaryFolder()
    let layout = SwarmLayout(root: folder("root"))
    let swarm = GUID.random()
    let path = layout.memoryFile(swarm, .shared)
    try folder.write("root/swarms/\(swarm)/manifest.json", "{}")
    try folder.write("root/swarms/\(swarm)/memory/shared/memory.json", "{\"a\": 1}")
    let status = try #require(try FileSystem.status(path))
    let version = MemoryVersion(status, content: try FileSystem.read(path), isShared: false)
    // In place, of one size, and with the time set back to what a coarse clock would have said.
    let file = try FileSystem.open(path, O_WRONLY)
    try FileSystem.writeAll(file.number, Array("{\"b\": 2}".utf8))
    var times = [timespec](
      repeating: timespec(
        tv_sec: Int(status.modified / 1_000_000_000), tv_nsec: Int(status.modified % 1_000_000_000)),
      count: 2)
    #expect(futimens(file.number, &times) == 0)
    let commit = StateCommit(
      layout: layout, key: NamespaceKey(swarm: swarm, namespace: .shared), draft: folder("draft"),
      author: "test")
    let error = #expect(throws: SwarmError.self) {
      try commit.perform(.content(Array("{}".utf8)), expecting: version) { _ in }
    }
    #expect(error?.code == .conflict)
    #expect(try FileSystem.read(path) == Array("{\"b\": 2}".utf8))
    #expect(try FileSystem.status(folder("draft")) == nil)
  }
}
