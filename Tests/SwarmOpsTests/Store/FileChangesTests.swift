import Foundation
import Testing

@testable import SwarmOps

@Suite struct FileChangesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    String(decoding: try FileSystem.read(folder(name)), as: UTF8.self)
  }

  @Test func goingBackGivesTheOldFileOrNone() throws {
    let old = try folder.write("old", "old")
    let changes = FileChanges()
    try changes.replace(
      old, with: try folder.write("new", "new"), keeping: folder("previous"))
    try changes.replace(
      folder("missing"), with: try folder.write("new", "new"), keeping: folder("x"))
    #expect(try text("old") == "new" && text("missing") == "new")
    changes.undo()
    #expect(try text("old") == "old")
    #expect(try FileSystem.status(folder("missing")) == nil)
  }

  @Test func goingBackWithoutASecondNameNeverLeavesNoFile() throws {
    let old = try folder.write("old", "old")
    // As on a file system without hard links: the second name cannot be made.
    let changes = FileChanges()
    try changes.replace(
      old, with: try folder.write("new", "new"), keeping: folder("nowhere/previous"))
    changes.undo()
    #expect(try text("old") == "new")
  }

  @Test func aStepThatFailsTakesBackAllBeforeItInReverse() throws {
    try folder.write("live/a", "a")
    try folder.write("live/b/inner", "b")
    try folder.write("staged/new", "new")
    try folder.write("staged/b/other", "other")
    let before = try folder.snapshot()
    #expect(throws: SwarmError.self) {
      try FileChanges.perform { changes throws(SwarmError) in
        try changes.makeFolders(folder("live/deep/deeper"))
        try changes.add(folder("live/deep/deeper/new"), from: folder("staged/new"))
        try changes.exchange(folder("live/b"), with: folder("staged/b"))
        try changes.move(folder("live/b/other"), to: folder("live/other"))
        try changes.remove(folder("live/a"), to: folder("staged/a"))
        try changes.write(Array("x".utf8), to: folder("live/more/x"))
        try changes.add(folder("live/other"), from: folder("staged/a"))
      }
    }
    #expect(try folder.snapshot() == before)
  }

  @Test func nothingIsEverReplacedByWhatIsAdded() throws {
    try folder.write("there", "there")
    try folder.write("new", "new")
    #expect(throws: SwarmError.self) {
      try FileChanges.perform { changes throws(SwarmError) in
        try changes.add(folder("there"), from: folder("new"))
      }
    }
    #expect(try text("there") == "there" && text("new") == "new")
  }

  @Test func anExchangeThatWasCutOffOnItsWayIsFinished() throws {
    for step in 0...2 {
      let place = "cut\(step)"
      try folder.write(place + "/old/a", "old")
      try folder.write(place + "/new/a", "new")
      let (target, other, aside) =
        (folder(place + "/old"), folder(place + "/new"), folder(place + "/aside"))
      if step > 0 { #expect(rename(target, aside) == 0) }
      if step > 1 { #expect(rename(other, target) == 0) }
      let wasUnderWay = try FileChanges.perform { changes throws(SwarmError) in
        try changes.finishExchange(target, with: other, aside: aside)
      }
      #expect(wasUnderWay == (step > 0))
      #expect(try text(place + "/old/a") == (step > 0 ? "new" : "old"))
      #expect(try text(place + "/new/a") == (step > 0 ? "old" : "new"))
      #expect(try FileSystem.status(aside) == nil)
    }
  }

  /// The paths that a program waits for the disk for.
  private func synced(_ program: Program, _ words: [String], stdin: String = "") throws -> String {
    let trace = program.folder("trace")
    let outcome = try program.start(
      ["-qq", "-y", "-o", trace, "-e", "trace=fsync", Program.path] + words, stdin: stdin,
      executable: "/usr/bin/strace"
    ).wait()
    expect(outcome, status: 0)
    return try String(contentsOfFile: trace, encoding: .utf8)
  }

  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func everyFolderOfABundleReachesTheDisk() throws {
    let program = try Program()
    try program.folder.write("b/a_agent.py", Sources.echo + "\nfrom lib.deep import x\n")
    try program.folder.write("b/lib/deep/x.py", "y = 1\n")
    let synced = try synced(program, ["deploy", program.folder("b")])
    for path in ["agents", "agents/lib", "agents/lib/deep", "agents/lib/deep/x.py"] {
      #expect(synced.contains("/\(path)>"), "\(path): \(synced)")
    }
  }

  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func everyFolderThatAMergeMakesReachesTheDisk() throws {
    let (fixture, document) = try Self.merging()
    let synced = try synced(
      fixture.program, ["memory", "import", "beta", "--merge"], stdin: document)
    let memory = "memory/\(MemoryFixture.tea)"
    for path in [memory, memory + "/notes", memory + "/notes/deep"] {
      #expect(synced.contains("/\(path)>"), "\(path): \(synced)")
    }
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: ["rename:error=EIO:when=1", "rename:error=EIO:when=2"]
      + (1...5).map {
        "fsync:error=EIO:when=\($0)"
      })
  func aMergeThatFailsLeavesNoFolderBehind(fault: String) throws {
    let (fixture, document) = try Self.merging()
    let before = try fixture.snapshot()
    let strace = Machine.strace(fault)
    let outcome = try fixture.program.start(
      Array(strace.dropFirst())
        + [Program.path, "memory", "import", MemoryFixture.second, "--merge", "--json"],
      stdin: document, executable: strace[0]
    ).wait()
    expect(outcome, code: .io)
    #expect(try fixture.snapshot() == before, "\(outcome)")
  }

  /// A document that adds an entry and files in new folders to a memory that is there.
  private static func merging() throws -> (MemoryFixture, String) {
    let source = try MemoryFixture()
    try source.memory(MemoryFixture.second, MemoryFixture.tea, #"{"more": {"x": 1}}"#)
    try source.write(
      "swarms/\(MemoryFixture.second)/memory/\(MemoryFixture.tea)/notes/deep/a.txt", "a")
    let document = try source.program(
      "memory", "export", "beta", "--user", MemoryFixture.tea)
    return (try MemoryFixture(), document.stdout)
  }
}
