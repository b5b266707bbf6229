import Foundation
import Testing

@testable import SwarmOps

@Suite struct MemoryTransferTests {
  private let tea = MemoryFixture.tea

  @Test func whatNoImportWouldReadIsNotExported() throws {
    let fixture = try MemoryFixture()
    let place = "swarms/\(MemoryFixture.first)/memory/\(MemoryFixture.other)"
    let folder = fixture.root + "/" + place
    try fixture.write(place + "/memory.json", "{}")
    // A file of more than a document may have, without its bytes.
    let beside = try FileSystem.open(folder + "/big", O_RDWR | O_CREAT)
    try systemCall { ftruncate(beside.number, 300 << 20) }
    try beside.close()
    let file = fixture.program.folder("export.json")
    for words in [["--user", MemoryFixture.other], ["--all-users"]] {
      let outcome = try fixture.program.start(
        ["memory", "export", "alpha", "--file", file, "--json"] + words
      ).wait()
      expect(outcome, code: .refused)
      #expect(try FileSystem.status(file) == nil)
    }
    // Zero bytes are six bytes each in a document.
    let controls = try FileSystem.open(folder + "/big", O_RDWR | O_TRUNC)
    try systemCall { ftruncate(controls.number, 60 << 20) }
    try controls.close()
    let outcome = try fixture.program(
      "memory", "export", "alpha", "--user", MemoryFixture.other, "--json")
    expect(outcome, code: .refused)
  }

  @Test func piecesOfAnExportMakeTheSameDocument() throws {
    // Cut within characters and escapes, were they cut anywhere.
    let text = String(repeating: "\u{1F41D}é\"\n", count: 200_000)
    for bytes in [Array(text.utf8), Array(text.utf8) + [0xFF]] {
      let memory = MemoryArchive.Memory(
        namespace: .shared,
        files: [
          MemoryArchive.File(path: "a", bytes: bytes),
          MemoryArchive.File(path: FilePath(bytes: [0xFF]), bytes: []),
        ])
      var document = Array("{\"memories\":[".utf8)
      try memory.write { document += $0 }
      let archive = try MemoryArchive(document: document + Array("]}".utf8))
      #expect(archive.memories.map(\.files) == [memory.files])
    }
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
