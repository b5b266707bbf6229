import Foundation
import Testing

/// Rules of the house that a look at the sources can keep.
@Suite struct SourceRulesTests {
  private static let package = #filePath.components(separatedBy: "/Tests/")[0]

  /// The library's files by their path below `Sources/SwarmOps`, without comments.
  private static func sources() throws -> [String: String] {
    let folder = package + "/Sources/SwarmOps"
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    var sources: [String: String] = [:]
    for name in names where name.hasSuffix(".swift") {
      let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      sources[name] = text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { line in line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? String(line) }
        .joined(separator: "\n")
    }
    return sources
  }

  /// The files that say one of some words, but those in some places.
  private static func files(saying words: [String], besides places: [String]) throws -> [String] {
    try sources().filter { name, text in
      !places.contains { name.hasPrefix($0) } && words.contains { text.contains($0) }
    }.keys.sorted()
  }

  @Test func namesBelowTheRootAreChangedInOnePlace() throws {
    // Doctor tries out whether the file system can exchange at all.
    let found = try Self.files(
      saying: [
        "FileSystem.rename(", "FileSystem.sync(", "FileSystem.addName(", "PlatformCalls.exchange(",
        "PlatformCalls.renameWithoutReplacing(",
      ],
      besides: [
        "System/", "Store/FileChanges.swift", "Calls/", "Doctor/Doctor+Root.swift",
        "Host/HostInstallation.swift",
      ])
    #expect(found == [])
  }

  @Test func theLayoutAloneSpellsFileNames() throws {
    let names = ["memory.json", "manifest.json", "soul.md"]
    let found = try Self.files(
      saying: names.flatMap { ["\"\($0)\"", "/\($0)\""] },
      besides: ["Store/SwarmLayout.swift", "Calls/"])
    #expect(found == [])
  }
}
