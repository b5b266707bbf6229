import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

/// A house with a painter, two twins, one swarm whose agent cannot be loaded, and bad bundles.
private final class TiredEvening: @unchecked Sendable {
  static let shared = Result { try TiredEvening() }
  let program: Program

  private init() throws {
    program = try Program()
    let folder = program.folder
    let paint = """
      class PaintAgent:
          def __init__(self):
              self.name = "Paint"
              self.metadata = {"name": "Paint", "parameters": {"type": "object", "properties": {
                  "colour": {"type": "string", "enum": ["red", "green"]},
                  "coats": {"type": "integer", "minimum": 1, "maximum": 3},
                  "dry": {"type": "boolean"},
                  "walls": {"type": "array", "items": {"type": "string"}}},
                  "required": ["colour"], "additionalProperties": False}}
          def perform(self, **kwargs):
              if kwargs.get("coats") == 3:
                  raise ValueError("out of paint")
              return "painted"
      """
    try folder.write("home/bundle/paint_agent.py", paint)
    try folder.write("home/need/need_agent.py", "import nonexistent_module\n")
    try folder.write("home/empty/notes.txt", "")
    try folder.write("home/misnamed/tool.py", paint)
    try folder.write(
      "home/schema.swarm.json", #"{"schema": "rapp-swarm/2.0", "name": "x", "agents": []}"#)
    try folder.write(
      "home/name.swarm.json", #"{"schema": "rapp-swarm/1.0", "name": 5, "agents": []}"#)
    try folder.write(
      "home/broken.swarm.json", "{\"schema\": \"rapp-swarm/1.0\",\n \"name\": \"x\"\n \"agents\"}")
    try folder.write(
      "home/escape.swarm.json",
      #"{"schema": "rapp-swarm/1.0", "name": "x", "agents": [{"filename": "../a_agent.py", "source": ""}]}"#
    )
    let outcome = try program.shell(
      """
      set -e
      cd
      swarmctl deploy bundle --name house
      swarmctl deploy bundle --name twin --new
      swarmctl deploy bundle --name twin --new
      swarmctl deploy need --allow-broken
      """)
    try #require(outcome.status == 0, "\(outcome)")
  }
}

@Suite struct MistakesTests {
  @Test(arguments: TiredMistake.all)
  func theAnswerSaysWhatIsWrongAndWhatToDo(mistake: TiredMistake) throws {
    let program = try TiredEvening.shared.get().program
    let human = try program.shell("cd; swarmctl \(mistake.line)")
    #expect(human.status == mistake.code.exitStatus, "\(human)")
    let wantsJSON = mistake.line.contains("json -q") || mistake.line.hasPrefix("–-json")
    if !wantsJSON {
      #expect(human.stdout.isEmpty, "\(human)")
      for words in mistake.says { #expect(human.stderr.contains(words), "\(words)\n\(human)") }
    }
    #expect(!human.stderr.contains("Traceback") && !human.stderr.contains("Fatal"), "\(human)")

    // The same for a program: exactly one document, the same status.
    let machine = try program.shell("cd; swarmctl \(mistake.line) --json")
    #expect(machine.status == mistake.code.exitStatus, "\(machine)")
    #expect(machine.stdout.filter { $0 == "\n" }.count == 1, "\(machine)")
    #expect(machine.json?["status"] == "error", "\(machine)")
    #expect(machine.json?["code"]?.string == mistake.code.rawValue, "\(machine)")
    #expect(machine.json?["message"]?.string?.isEmpty == false, "\(machine)")
  }

  @Test(arguments: [
    ["LONG"], ["help", "LONG"], ["list", "LONG"], ["list", "--LONG"], ["list", "-o", "LONG"],
    ["list", "--json=LONG"], ["run", "LONG", "A"], ["run", "test", "LONG"],
    ["run", "test", "Echo", "LONG"], ["run", "test", "Echo", "n=LONG"],
    ["run", "test", "Echo", "n=1", "LONG"], ["run", "test", "Echo", "--user", "LONG"],
    ["run", "test", "Echo", "--args", "LONG"], ["run", "test", "Echo", "--args", "@LONG"],
    ["run", "test", "Echo", "--python", "LONG"], ["users", "--older-than", "LONG"],
    ["memory", "LONG"], ["memory", "wipe", "test", "--shared", "--entry", "LONG"],
    ["memory", "import", "test", "LONG"], ["deploy", "LONG"],
    ["export", "test", "--file", "/LONG"],
    ["--root", "/LONG", "list"], ["batch", "LONG"], ["completion", "LONG"],
  ])
  func aVeryLongWordIsNotEchoedWhole(_ words: [String]) throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    let long = String(repeating: "ä", count: 59_000)
    for format in [[], ["--json"]] {
      let outcome = try program.start(
        words.map { $0.replacing("LONG", with: long) } + format
      ).wait()
      #expect(outcome.status >= 64, "\(words) \(outcome.status)")
      #expect(outcome.stderr.utf8.count + outcome.stdout.utf8.count < 3000, "\(words)")
      #expect(!outcome.stderr.contains("\u{FFFD}") && !outcome.stdout.contains("\u{FFFD}"))
    }
  }

  @Test(arguments: [
    (["memory", "forget", "--user", "bob"], 64, "shows the names that were given\n"),
    (["memory", "show", "test", "--user", "bob"], 64, "for anonymous calls use --shared\n"),
    (["run", "test", "Echo", "--args", "@"], 64, "--args @ names no file"),
    (["deploy", ""], 64, "<bundle> was given an empty value"),
    (["batch", ""], 64, "empty value"),
    (["deploy", "/" + String(repeating: "n", count: 300)], 74, "a name has at most 255 bytes"),
  ])
  func theHintFitsTheCommand(_ words: [String], _ status: Int32, _ text: String) throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    let outcome = try program.start(words).wait()
    expect(outcome, status: status)
    #expect(outcome.stderr.contains(text), "\(outcome)")
  }

  @Test func aShortenedTextIsCutBetweenCharacters() {
    #expect("short".shortened == "short")
    let eighty = String(repeating: "ä", count: 80)
    #expect(eighty.shortened == eighty)
    #expect((eighty + "x").shortened == String(repeating: "ä", count: 79) + "…")
    let marks = "e" + String(repeating: "\u{301}", count: 100_000)
    #expect(marks.shortened.unicodeScalars.count == 80)
  }

  @Test func theTableHasAHundredMistakesAndMore() {
    #expect(TiredMistake.all.count >= 180)
    #expect(Set(TiredMistake.all.map(\.line)).count == TiredMistake.all.count)
  }
}
