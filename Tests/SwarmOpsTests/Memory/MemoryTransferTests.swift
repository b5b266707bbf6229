import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryTransferTests {
  private let tea = MemoryFixture.tea

  /// What a program takes of memory at most, in bytes, as the kernel counts it for a parent.
  private func greatestMemory(_ program: Program, _ words: [String]) throws -> Int {
    let script = """
      import resource, subprocess, sys
      code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
      sys.exit(code)
      """
    let python = try #require(Program.python)
    let outcome = try program.start(
      ["-c", script, Program.path] + words, executable: python
    ).wait()
    expect(outcome, status: 0)
    return try #require(Int(outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  @Test func exportAndImportTakeMemoryThatDoesNotGrowWithWhatTheyCarry() throws {
    let fixture = try MemoryFixture()
    let size = 16 << 20
    let folder = fixture.path(MemoryFixture.second, MemoryFixture.other)
    // One string of text, larger than all that may be held, and bytes that are no text.
    let text = try FileSystem.open(folder + "/memory.json", O_WRONLY | O_TRUNC)
    let line = Array(String(repeating: "tea \u{1F41D} ", count: 1 << 15).utf8)
    try FileSystem.writeAll(text.number, [0x22])
    for _ in 0..<size / line.count { try FileSystem.writeAll(text.number, line) }
    try FileSystem.writeAll(text.number, [0x22])
    try text.close()
    let other = try FileSystem.open(folder + "/image.bin", O_WRONLY | O_CREAT)
    try systemCall { ftruncate(other.number, off_t(size)) }
    try other.close()
    let before = try FileDigest.sha256(folder + "/memory.json")
    let file = fixture.program.folder("export.json")
    let least = try greatestMemory(fixture.program, ["memory", "export", "alpha", "--all-users"])
    let user = ["--user", MemoryFixture.other]
    let export = try greatestMemory(
      fixture.program, ["memory", "export", "beta", "--file", file] + user)
    #expect(export - least < size / 2, "\(export) bytes, \(least) for next to nothing")
    expect(
      try fixture.program("memory", "wipe", "beta", "--user", MemoryFixture.other, "--yes"),
      status: 0)
    let imported = try greatestMemory(fixture.program, ["memory", "import", "beta", file])
    #expect(imported - least < size / 2, "\(imported) bytes, \(least) for next to nothing")
    let after = try FileDigest.sha256(folder + "/memory.json")
    #expect(after.digest == before.digest && after.bytes == before.bytes)
    #expect(try FileSystem.status(folder + "/image.bin")?.size == size)
    #expect(try fixture.program.store.layout.isStagingEmpty)
  }

  /// Reads a document as an import does, in pieces of so many bytes.
  private func archive(of document: [UInt8], pieces: Int, in folder: String) throws -> MemoryArchive
  {
    var position = 0
    return try MemoryArchiveReader.read(in: StagingFolder.make(in: folder), for: .shared) {
      let end = min(position + pieces, document.count)
      defer { position = end }
      return Array(document[position..<end])
    }
  }

  @Test func piecesOfAnExportMakeTheSameDocument() throws {
    let folder = try TemporaryFolder()
    // Cut within characters and escapes, were they cut anywhere.
    let text = String(repeating: "\u{1F41D}é\"\n", count: 40_000)
    for bytes in [Array(text.utf8), Array(text.utf8) + [0xFF]] {
      let files = [
        MemoryArchive.File(path: "a", bytes: bytes),
        MemoryArchive.File(path: FilePath(bytes: [0xFF]), bytes: []),
      ]
      let memory = MemoryArchive.Memory(namespace: .shared, files: files)
      var memories = Array("{\"memories\":[".utf8)
      try memory.write { memories += $0 }
      let schema = "\"schema\":\"\(MemoryArchive.schema)\""
      let documents = [
        memories + Array("],\(schema)}".utf8),
        Array("{\(schema),".utf8) + memories.dropFirst() + Array("]}".utf8),
      ]
      for document in documents {
        for pieces in [1 << 18, 1013] {
          let archive = try archive(of: document, pieces: pieces, in: folder("staging"))
          #expect(archive.isExport)
          let found = try archive.memories.flatMap(\.files).map { try $0.bytes() }
          #expect(found == [bytes, []])
        }
      }
    }
  }

  @Test func anExportThatFailsInTheMiddleOfAFileStaysOneDocument() throws {
    let memory = MemoryArchive.Memory(
      namespace: .shared,
      files: [
        MemoryArchive.File(path: "a", bytes: [0x31]),
        MemoryArchive.File(
          path: "gone", content: .file(FilePath("/nonexistent/file"), size: 1)),
      ])
    var document: [UInt8] = []
    #expect(throws: SwarmError.self) { try memory.write { document += $0 } }
    #expect((try JSONValue.parse(document))["files"]?.array?.count == 1)
  }

  @Test func tornMemoryThatAnImportReplacesIsKept() throws {
    let fixture = try MemoryFixture()
    try fixture.memory(MemoryFixture.second, MemoryFixture.tea, #"{"b":{"content":"tea in"#)
    let dry = try fixture.program(
      "memory", "import", "beta", "--user", MemoryFixture.tea, "--dry-run", stdin: "{}")
    expect(dry, status: 0)
    let outcome = try fixture.program(
      "memory", "import", "beta", "--user", MemoryFixture.tea, "--yes", "--json", stdin: "{}")
    expect(outcome, status: 0)
    let kept = try #require(outcome.json?["imported"]?.array?.first?["kept"]?.string)
    #expect(try FileSystem.read(kept) == Array(#"{"b":{"content":"tea in"#.utf8))
    #expect(outcome.stderr.contains(kept), "\(outcome)")
    #expect(try fixture.bytes(MemoryFixture.second, MemoryFixture.tea) == Array("{}".utf8))
    // What is JSON is not kept beside.
    let next = try fixture.program(
      "memory", "import", "beta", "--user", MemoryFixture.tea, "--yes", "--json", stdin: "[]")
    expect(next, status: 0)
    #expect(next.json?["imported"]?.array?.first?["kept"] == nil)
  }

  @Test func exportWipeImportGivesTheSameBytes() throws {
    let fixture = try MemoryFixture()
    let folder = "swarms/\(MemoryFixture.first)/memory/"
    try fixture.write(folder + tea + "/notes/ä.txt", "beside\r\n\u{0}\u{FEFF}")
    try Data([0, 0xFF, 0xC0, 0x80]).write(
      to: URL(fileURLWithPath: fixture.path(MemoryFixture.first, tea) + "/image.bin"))
    try fixture.write(folder + MemoryFixture.other + "/memory.json", "no {json \u{1}")
    try fixture.write(folder + "b0b00000-0000-4000-8000-000000000002/memory.json", "")
    try FileSystem.makePrivate(fixture.root)
    let before = try fixture.snapshot()
    let file = fixture.program.folder("export.json")
    expect(
      try fixture.program("memory", "export", "alpha", "--all-users", "--file", file), status: 0)
    let piped = try fixture.program("memory", "export", "alpha", "--all-users", "--json")
    #expect(piped.json?["memories"] == (try JSONValue.parse(try FileSystem.read(file)))["memories"])
    expect(try fixture.program("memory", "wipe", "alpha", "--all-users", "--yes"), status: 0)
    #expect(try fixture.snapshot() != before)
    expect(try fixture.program("memory", "import", "alpha", file), status: 0)
    #expect(try fixture.snapshot() == before)
    // Once more changes nothing and asks nothing.
    let again = try fixture.program("memory", "import", "alpha", file, "--json")
    expect(again, status: 0)
    #expect(
      again.json?["imported"]?.array?.allSatisfy { $0["changed"] == false } == true, "\(again)")
  }

  @Test func importReplacesOnlyAfterAYes() throws {
    let fixture = try MemoryFixture()
    let export = try fixture.program(
      "memory", "export", "alpha", "--user", "3f2504e0-4f89-41d3-9a0c-0305e82c3302")
    try fixture.memory(MemoryFixture.first, MemoryFixture.milk, #"{"new":1}"#)
    let before = try fixture.snapshot()
    let refused = try fixture.program("memory", "import", "alpha", "--json", stdin: export.stdout)
    expect(refused, code: .confirmationRequired)
    expect(
      try fixture.program("memory", "import", "alpha", "--dry-run", stdin: export.stdout), status: 0
    )
    #expect(try fixture.snapshot() == before)
    expect(
      try fixture.program("memory", "import", "alpha", "--yes", stdin: export.stdout), status: 0)
    #expect(
      try fixture.bytes(MemoryFixture.first, MemoryFixture.milk)
        == Array(#"{"m":{"content":"Likes milk"}}"#.utf8))
    #expect(try fixture.program.store.layout.isStagingEmpty)
  }

  @Test func mergingAddsByIdAndNamesConflicts() throws {
    let fixture = try MemoryFixture()
    let incoming = #"{"e1": {"different": true}, "e3": {"content": "no date"}, "n": {"x": 1.0}}"#
    let outcome = try fixture.program(
      "memory", "import", "alpha", "--merge", "--user", tea, "--json", stdin: incoming)
    expect(outcome, status: 2)
    let row = outcome.json?["imported"]?.array?.first
    #expect(row?["added"]?.array == ["n"], "\(outcome)")
    #expect(row?["conflicts"]?.array == ["e1"], "\(outcome)")
    #expect(row?["same"]?.int == 1, "\(outcome)")
    let bytes = try #require(try fixture.bytes(MemoryFixture.first, tea))
    let expected = MemoryFixture.entries.replacingOccurrences(
      of: "{\"content\":\"no date\"}\n", with: "{\"content\":\"no date\"},\n  \"n\": {\"x\": 1.0}\n"
    )
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test func mergingIntoNothingOrIntoNoObject() throws {
    let fixture = try MemoryFixture()
    expect(
      try fixture.program(
        "memory", "import", "alpha", "--merge", "--user", MemoryFixture.other, stdin: #"{"a":1}"#),
      status: 0)
    #expect(try fixture.bytes(MemoryFixture.first, MemoryFixture.other) == Array(#"{"a":1}"#.utf8))
    try fixture.memory(MemoryFixture.first, MemoryFixture.other, "[1]")
    expect(
      try fixture.program(
        "memory", "import", "alpha", "--merge", "--user", MemoryFixture.other, "--json",
        stdin: #"{"a":1}"#), code: .badData)
    #expect(try fixture.bytes(MemoryFixture.first, MemoryFixture.other) == Array("[1]".utf8))
  }

  @Test func aBareDocumentMustSayWhoseItIs() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    expect(try fixture.program("memory", "import", "alpha", "--json", stdin: "{}"), code: .usage)
    expect(
      try fixture.program("memory", "import", "alpha", "--user", "3f2504e0", "--json", stdin: "{}"),
      code: .badUser)
    expect(
      try fixture.program("memory", "import", "alpha", "--shared", "--json", stdin: "{"),
      code: .badData)
    #expect(try fixture.snapshot() == before)
  }

  @Test(arguments: [
    #"{"path": "../x", "text": ""}"#, #"{"path": "/x", "text": ""}"#,
    #"{"path": "a//b", "text": ""}"#,
    #"{"path": "", "text": ""}"#, #"{"path": "a\u0000", "text": ""}"#, #"{"path": "a"}"#,
    #"{"path": "a", "base64": "?"}"#, #"{"path": "a", "text": "x", "sha256": "00"}"#,
    #"{"path": "a", "text": ""}, {"path": "a/b", "text": ""}"#,
  ])
  func aDocumentThatWouldLeaveItsFolderOrWasChangedIsRefused(_ file: String) throws {
    let fixture = try MemoryFixture()
    let before = try fixture.program.folder.snapshot(excluding: "root/.swarmctl")
    let document =
      #"{"schema":"swarmctl-memory/1","memories":[{"user_guid":"\#(MemoryFixture.other)","files":[\#(file)]}]}"#
    expect(
      try fixture.program("memory", "import", "alpha", "--yes", "--json", stdin: document),
      code: .badData)
    #expect(try fixture.program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test func aSwarmIsNotNamedByPrefixWhereMemoryIsReplaced() throws {
    let fixture = try MemoryFixture()
    let file = fixture.program.folder("export.json")
    expect(
      try fixture.program("memory", "export", "alpha", "--all-users", "--file", file), status: 0)
    let before = try fixture.snapshot()
    let prefix = String("\(MemoryFixture.first)".prefix(35))
    expect(try fixture.program("memory", "import", prefix, file, "--yes"), status: 66)
    // Merging takes it for a prefix, of two swarms here.
    expect(try fixture.program("memory", "import", prefix, file, "--merge"), status: 64)
    #expect(try fixture.snapshot() == before)
  }
}

extension FileSystem {
  /// Gives everything below a folder the modes that swarmctl gives it.
  static func makePrivate(_ folder: String) throws {
    for entry in try FolderTree.entries(of: folder) {
      chmod((folder + "/" + entry.path).text, entry.status.kind == .folder ? 0o700 : 0o600)
    }
  }
}
