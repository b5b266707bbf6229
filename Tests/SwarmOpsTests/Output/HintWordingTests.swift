import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

@Suite struct HintWordingTests {
  @Test(
    arguments: [
      (.allowMore(.timeout), "allow more with --timeout <duration>"),
      (.agree, "agree with --yes"),
      (.didYouMean("tea"), "did you mean \"tea\"?"),
      (.run(.users("my swarm"), "shows whose"), "`swarmctl users 'my swarm'` shows whose"),
      (
        .either(["wait", .use(.root, to: "name another")]),
        "wait, or name another with --root or SWARMCTL_ROOT"
      ),
      (.all(["a", .omit(.strict, to: "deploy")]), "a; deploy without --strict"),
      (
        .run(.mergeMemory("lab", user: "u", file: "/it's"), "does it"),
        "`swarmctl memory import lab --user u --merge '/it'\\''s'` does it"
      ),
    ] as [(Hint, String)])
  func hintsAreWordedForTheCommandLine(_ hint: Hint, _ text: String) {
    #expect(HintWording.text(hint) == text)
  }

  @Test func aBatchLineIsToldOfItsMembersAndTheBatchOfItsOptions() {
    func text(_ hint: Hint) -> String { HintWording.text(hint, in: .batchLine) }
    #expect(text(.use(.user, to: "say whose")) == #"say whose with "user_guid": "<guid>""#)
    #expect(
      text(.either(["fix it", .use(.validation, to: "pass it on")]))
        == #"fix it, or pass it on with "validate": false"#)
    #expect(text(.all([.allowMore(.timeout)])) == "allow more with --timeout <duration>")
  }

  @Test func theLibrarySpellsNoOptionAndNoCommand() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../Sources/SwarmOps")
    let files = try #require(
      FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    var offenders: [String] = []
    for case let file as URL in files where file.pathExtension == "swift" {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") { continue }
        if code.contains(/"[^"]*(--[a-z]|swarmctl [a-z])/) {
          offenders.append("\(file.lastPathComponent): \(code)")
        }
      }
    }
    #expect(offenders.isEmpty)
  }

  @Test func theNumberOfTheSystemsErrorComesAlong() {
    #expect(SystemError(number: ENOSPC).describing("write", "/x").errno == ENOSPC)
  }
}
