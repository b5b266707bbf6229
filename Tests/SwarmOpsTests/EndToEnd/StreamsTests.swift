import Foundation
import Testing

@testable import SwarmOps

/// Standard output as shells leave it.
@Suite struct StreamsTests {
  @Test func aReaderThatStopsEarlyEndsTheProgramQuietly() throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    let manifest = Sources.text(["name": .string(String(repeating: "n", count: 60))])
    for _ in 1...2000 {
      let folder = program.root + "/swarms/\(GUID.random())"
      try FileSystem.makeFolder(folder)
      #expect(FileManager.default.createFile(atPath: folder + "/manifest.json", contents: nil))
      try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder + "/manifest.json"))
    }
    for format in ["table", "json", "jsonl", "name"] {
      let outcome = try program.shell(
        "set +o pipefail; swarmctl list -o \(format) | head -c 1 | wc -c; echo ${PIPESTATUS[0]}")
      #expect(["1\n0\n", "1\n141\n"].contains(outcome.stdout), "\(outcome)")
      #expect(outcome.stderr.isEmpty, "\(outcome)")
    }
  }

  @Test(arguments: [
    "swarmctl batch calls.jsonl >> calls.jsonl", "swarmctl batch < calls.jsonl >> calls.jsonl",
    "swarmctl batch - < calls.jsonl 1<> calls.jsonl",
  ])
  func answersNeverGoIntoTheFileOfTheRequests(_ line: String) throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let calls = #"{"swarm": "test", "name": "Keep", "args": {"key": "a"}}"# + "\n"
    try program.folder.write("home/calls.jsonl", calls)
    let outcome = try program.shell("cd; \(line)")
    expect(outcome, status: 64)
    #expect(outcome.stderr.contains("the file that the requests are read from"), "\(outcome)")
    #expect(try program.shell("cd; cat calls.jsonl").stdout == calls)
    #expect(try program("run", "test", "Keep").stdout == "{}\n")
    // Another file, and a device, are no mistake.
    expect(try program.shell("cd; swarmctl batch calls.jsonl > answers.jsonl"), status: 0)
    expect(try program.shell("cd; swarmctl batch < /dev/null > /dev/null"), status: 0)
  }

  @Test(arguments: [
    "list", "list -o json", "--version", "help", "run test Echo", "agents test", "inspect test",
    "export test", "context test -o json", "run test nobody -o json",
  ])
  func outputThatCannotBeWrittenIsAnError(_ words: String) throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    for target in [">/dev/full", ">&-"] {
      let outcome = try program.shell("swarmctl \(words) \(target)")
      let expected: [Int32] = words.contains("nobody") ? [66, 74] : [74]
      #expect(expected.contains(outcome.status), "\(target): \(outcome)")
      if !words.contains("nobody") {
        #expect(outcome.stderr.contains("standard output"), "\(target): \(outcome)")
      }
    }
  }

  @Test(arguments: [
    (">/dev/full", ""), (">&-", ""), (">/dev/full", "-o json"), (">&-", "-o json"),
  ])
  func anAnswerThatIsLostSaysWhatWasDone(_ target: String, _ format: String) throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    func lost(_ words: String, says text: String?) throws {
      let outcome = try program.shell("swarmctl \(words) \(format) \(target)")
      expect(outcome, status: 74)
      #expect(outcome.stderr.contains("cannot write standard output"), "\(outcome)")
      #expect(outcome.stderr.contains(", but ") == (text != nil), "\(outcome)")
      if let text { #expect(outcome.stderr.contains(text), "\(outcome)") }
    }
    try lost("run test Keep key=a", says: "the memory was committed; do not run it again")
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"\"}\n")
    try lost("run test Keep", says: nil)
    try lost("memory wipe test --shared --dry-run", says: nil)
    try lost("memory wipe test --shared --yes", says: "the memory was wiped")
    #expect(try program("run", "test", "Keep").stdout == "{}\n")
    try lost("remove test --yes", says: "removed: ")
    #expect(try program("list", "-q").stdout.isEmpty)
  }

  @Test func closedInputAndErrorsAreNoHindrance() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let outcome = try program.shell("swarmctl run test Keep key=a <&- 2>&-")
    #expect(outcome.status == 0 && outcome.stdout == "{\"a\": \"\"}\n", "\(outcome)")
    #expect(try program.shell("swarmctl deploy - <&-").status != 0)
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"\"}\n")
  }

  @Test(arguments: [
    "run test Keep key=$'a\\xff'", "--root $'/tmp/\\xff' list", "deploy $'a\\xff'",
    "run test Keep --args $'{\"key\": \"\\xff\"}'",
  ])
  func wordsThatAreNotUTF8ChangeNothing(_ words: String) throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let before = try program.folder.snapshot(excluding: "root/.swarmctl")
    let outcome = try program.shell("swarmctl \(words) -o json")
    expect(outcome, code: .usage)
    #expect(outcome.stdout.contains("is not UTF-8"), "\(outcome)")
    #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test(arguments: ["SWARMCTL_ROOT", "HOME"])
  func aRootThatIsNotUTF8IsRefused(_ variable: String) throws {
    let program = try Program()
    let outcome = try program.shell(
      "unset SWARMCTL_ROOT; export \(variable)=\"$HOME\"/$'\\xff'; swarmctl quickstart -o json")
    expect(outcome, code: .setup)
    #expect(outcome.stdout.contains("\(variable) is not UTF-8"), "\(outcome)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder("home")) == [])
  }

  @Test func helpIsNeverEmpty() throws {
    let program = try Program()
    #expect(try program("list", "-q", "--help").stdout == program("list", "--help").stdout)
    #expect(try program("-q").stderr.contains("no command was given"))
  }
}
