import Foundation
import Testing

@testable import SwarmOps

@Suite struct FilePathTests {
  static let composed: FilePath = "caf\u{E9}.txt"
  static let decomposed: FilePath = "cafe\u{301}.txt"

  @Test func pathsAreComparedByTheirBytes() {
    #expect(Self.composed.text == Self.decomposed.text, "a String takes them for the same")
    #expect(Self.composed != Self.decomposed)
    #expect(Set([Self.composed, Self.decomposed]).count == 2)
    #expect(FilePath(bytes: [0x61, 0xFF]) > "a")
    #expect(FilePath(bytes: [0x61, 0xFF]).exactText == nil)
  }

  @Test func partsOfAPathAreFound() {
    let path: FilePath = "a/b/c.txt"
    #expect(path.folder == "a/b")
    #expect(path.name == "c.txt")
    #expect(path.isNested && !FilePath("c.txt").isNested)
    #expect(path.isBelow("a/b") && !path.isBelow("a/b/c.txt") && !path.isBelow("a/"))
    #expect(FilePath("a").folder == nil)
  }

  @Test func treesAreListedCopiedAndRemovedByTheBytesOfTheirNames() throws {
    let folder = try TemporaryFolder()
    let top = FilePath(folder("top"))
    let odd = FilePath(bytes: Array("bad-".utf8) + [0xFF])
    try FileSystem.makeFolder(top)
    for (name, text) in [(Self.composed, "one"), (Self.decomposed, "two"), (odd, "three")] {
      try FileSystem.create(top / name, Array(text.utf8), sync: false)
    }
    let names = try FolderTree.entries(of: top).map(\.path)
    #expect(names == [odd, Self.decomposed, Self.composed])
    let copy = FilePath(folder("copy"))
    try FolderTree.copy(top, to: copy)
    #expect(try FileSystem.read(copy / Self.composed) == Array("one".utf8))
    #expect(try FileSystem.read(copy / Self.decomposed) == Array("two".utf8))
    #expect(try FileSystem.read(copy / odd) == Array("three".utf8))
    try FolderTree.remove(copy)
    #expect(try FileSystem.status(copy) == nil)
  }

  @Test func foldersThatVanishWhileTheyAreListedAreNotThere() async throws {
    let folder = try TemporaryFolder()
    let isDone = AtomicFlag(false)
    let top = folder("top")
    let worker = Task.detached {
      while !isDone.isSet {
        for name in ["a", "b"] {
          try FileSystem.makeFolders("\(top)/\(name)/deep/deeper")
          try FolderTree.remove("\(top)/\(name)")
        }
      }
    }
    try FileSystem.makeFolders(folder("top"))
    for _ in 0..<2000 { _ = try FolderTree.entries(of: folder("top")) }
    _ = isDone.exchange(true)
    try await worker.value
  }
}
