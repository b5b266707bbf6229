import Foundation
import Testing

/// The first page of the library, compiled and run as it stands.
@Suite struct LibraryPageTests {
  /// The content of a page's first block of a language.
  private func block(_ language: String, of page: String) throws -> String {
    let text = try String(
      contentsOf: URL(filePath: Sources.repository + "/docs/" + page), encoding: .utf8)
    let parts = text.components(separatedBy: "```\(language)\n")
    try #require(parts.count > 1, "\(page) has no block \(language)")
    return parts[1].components(separatedBy: "\n```\n")[0] + "\n"
  }

  /// What two runs have in common.
  private func settled(_ text: String) -> String {
    text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
  }

  @Test func thePagesProgramCompilesAndPrintsWhatThePageSays() throws {
    let program = try Program()
    let folder = program.folder("page")
    try program.folder.write("page/main.swift", try block("swift", of: "library.md"))
    // The agent that another page writes.
    try program.folder.write("page/agent.sh", try block("sh", of: "getting-started.md"))
    let build = (Program.path as NSString).deletingLastPathComponent
    let outcome = try program.shell(
      """
      cd '\(folder)'
      bash -eu agent.sh
      # The objects of today's sources: the folder also has those of files that are gone.
      grep '/SwarmOps.build/' '\(build)/swarmctl.product/Objects.LinkFileList' > objects
      PATH='\(ProcessInfo.processInfo.environment["PATH"] ?? "")' swiftc -swift-version 6 -I '\(build)/Modules' main.swift @objects -o page >&2
      ./page
      """)
    expect(outcome, status: 0)
    #expect(settled(outcome.stdout) == settled(try block("text", of: "library.md")), "\(outcome)")
  }

  @Test func thePagesProgramFitsOnOnePage() throws {
    let lines = try block("swift", of: "library.md").split(separator: "\n")
    #expect(lines.count <= 25)
  }
}
