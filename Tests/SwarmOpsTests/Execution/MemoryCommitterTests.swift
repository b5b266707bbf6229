import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryCommitterTests {
  @Test func aFileThatAnotherProgramPutBesideTheMemoryIsNeverTakenForOneTheAgentRemoved() throws {
    let folder = try TemporaryFolder()
    let layout = RootLayout(root: folder("root"))
    let swarm = GUID.random()
    let memory = "root/swarms/\(swarm)/memory/shared/"
    try folder.write(memory + "memory.json", "{}")
    let committer = MemoryCommitter(
      layout: layout, swarm: swarm, namespace: .shared, draft: folder("draft"))
    let before = try FileSystem.status(layout.memoryFile(swarm, .shared))
    try folder.write(memory + "theirs.txt", "theirs")
    try folder.write("adopted/memory.json", "{\"a\": 1}")
    try folder.write("adopted/ours.txt", "ours")
    let error = #expect(throws: SwarmError.self) {
      try committer.commit(.folder(folder("adopted")), expecting: before) { _ in }
    }
    #expect(error?.code == .conflict)
    #expect(try FileSystem.read(folder(memory + "theirs.txt")) == Array("theirs".utf8))
    // Both versions are kept.
    let kept = try #require(error?.path)
    #expect(try FileSystem.read(kept) == Array("{\"a\": 1}".utf8))
  }
}
