import Foundation
import Testing

@testable import SwarmOps

@Suite struct ByteSearchTests {
  @Test func findsTheGUIDAtEveryPlaceAndInEveryCase() throws {
    let guid = try #require(GUID(MemoryFixture.tea))
    let search = ByteSearch(guid)
    for text in [
      MemoryFixture.tea, MemoryFixture.tea.uppercased(), "3F2504e0-4f89-41D3-9a0c-0305e82C3301",
    ] {
      for offset in 0..<80 {
        let padding = String(repeating: "-3f25", count: 30)
        let whole = Array((padding.prefix(offset) + text + padding.prefix(offset)).utf8)
        #expect(search.contains(whole))
      }
    }
    #expect(!search.contains(Array(MemoryFixture.milk.utf8)))
    #expect(!search.contains(Array(MemoryFixture.tea.dropLast().utf8)))
  }

  @Test func findsItAcrossTheEdgeOfTwoChunksInNamesAndInLinks() throws {
    let guid = try #require(GUID(MemoryFixture.tea))
    let folder = try TemporaryFolder()
    let padding = String(repeating: "x", count: (1 << 20) - 10)
    try folder.write("edge", padding + MemoryFixture.tea)
    try folder.write("plain", "nothing")
    try folder.write("names/\(MemoryFixture.tea.uppercased()).txt", "nothing")
    try FileManager.default.createSymbolicLink(
      atPath: folder("link"), withDestinationPath: "/elsewhere/" + MemoryFixture.tea)
    var search = ByteSearch(guid)
    search.search(folder.path)
    #expect(
      Set(search.findings.map(\.path)) == [
        folder("edge"), folder("names/\(MemoryFixture.tea.uppercased()).txt"), folder("link"),
      ])
  }

  @Test func filesWhoseNamesAreNoTextAreSearchedLikeOthers() throws {
    let guid = try #require(GUID(MemoryFixture.tea))
    let folder = try TemporaryFolder()
    let file = FilePath(folder.path) / FilePath(bytes: [0xFF])
    try FileSystem.create(file, Array(MemoryFixture.tea.utf8), sync: false)
    var search = ByteSearch(guid)
    search.search(folder.path)
    #expect(search.findings.count == 1)
  }
}
