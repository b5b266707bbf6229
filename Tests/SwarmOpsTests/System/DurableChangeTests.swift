import Foundation
import Testing

@testable import SwarmOps

@Suite struct DurableChangeTests {
  @Test func goingBackGivesTheOldFileOrNone() throws {
    let folder = try TemporaryFolder()
    let old = try folder.write("old", "old")
    try FileSwap(old, with: try folder.write("new", "new"), keeping: folder("previous")).undo()
    #expect(try FileSystem.read(old) == Array("old".utf8))
    let missing = folder("missing")
    try FileSwap(missing, with: try folder.write("new", "new"), keeping: folder("x")).undo()
    #expect(try FileSystem.status(missing) == nil)
  }

  @Test func goingBackWithoutASecondNameNeverLeavesNoFile() throws {
    let folder = try TemporaryFolder()
    let old = try folder.write("old", "old")
    // As on a file system without hard links: the second name cannot be made.
    let swap = try FileSwap(
      old, with: try folder.write("new", "new"), keeping: folder("nowhere/previous"))
    swap.undo()
    #expect(try FileSystem.read(old) == Array("new".utf8))
  }
}
