import Foundation
import Testing

@testable import SwarmOps

/// Folders that become another one file by file, on file servers.
@Suite struct FolderContentTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("old/memory.json", "{}")
    try folder.write("old/gone/a.txt", "a")
    try folder.write("old/same.txt", "same")
    try folder.write("old/kind", "a file")
    try folder.write("new/memory.json", #"{"a": 1}"#)
    try folder.write("new/notes/deep/b.txt", "b")
    try folder.write("new/kind/c.txt", "c")
    #expect(FileSystem.addName(folder("old/same.txt"), folder("new/same.txt")))
  }

  private func replace() throws {
    try FileChanges.perform { changes throws(SwarmError) in
      var content = FolderContent(of: folder("old"), from: folder("new"), changes: changes)
      try content.replace()
    }
  }

  private func files() throws -> [String: String] {
    try folder.snapshot().filter { $0.key.hasPrefix("old/") && !$0.value.hasPrefix("folder") }
  }

  @Test func allFilesAreThoseOfTheNewOne() throws {
    let inode = try FileSystem.status(folder("old"))?.inode
    try replace()
    #expect(
      Set(try files().keys) == [
        "old/memory.json", "old/notes/deep/b.txt", "old/kind/c.txt", "old/same.txt",
      ])
    #expect(try String(contentsOfFile: folder("old/memory.json"), encoding: .utf8) == #"{"a": 1}"#)
    #expect(try FileSystem.status(folder("old"))?.inode == inode, "the folder itself stays")
  }

  @Test func everythingIsAsBeforeWhereAStepFails() throws {
    let before = try files()
    // Nothing is put in the place of the memory, which comes last.
    try FileSystem.removeFile(folder("new/memory.json"))
    try FileSystem.makeFolders(folder("new/memory.json"))
    try folder.write("new/memory.json/x", "x")
    try folder.write("old/memory.json.keep", "")
    let all = try files()
    #expect(throws: SwarmError.self) {
      try FileChanges.perform { changes throws(SwarmError) in
        var content = FolderContent(of: folder("old"), from: folder("new"), changes: changes)
        try content.replace()
        throw SwarmError(.io, "as if the disk were full")
      }
    }
    #expect(try files() == all)
    #expect(before.allSatisfy { all[$0.key] == $0.value })
  }
}
