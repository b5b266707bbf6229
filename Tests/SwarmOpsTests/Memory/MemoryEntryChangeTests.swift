import Foundation
import Testing

@testable import SwarmOps

/// `memory add` and `memory edit`, on memories of every form that agents keep.
@Suite struct MemoryEntryChangeTests {
  private let user = "a11ce000-0000-4000-8000-00000000000f"
  private let program: Program
  private let swarm: GUID

  init() throws {
    program = try Program()
    swarm = try program.deploy(["keep_agent.py": Sources.keep])
  }

  private func remember(_ text: String, _ name: String = "shared") throws {
    let folder = program.store.layout.memory(swarm) + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/memory.json"))
  }

  private func memory(_ name: String = "shared") throws -> String {
    String(
      decoding: try FileSystem.read(
        program.store.layout.memory(swarm) + "/" + name + "/memory.json"), as: UTF8.self)
  }

  private func entry(_ id: String, _ name: String = "shared") throws -> JSONValue? {
    try JSONValue.parse(try memory(name))[id]
  }

  @Test func theFirstEntryIsOfTheStarterSwarmsForm() throws {
    let outcome = try program(
      "memory", "add", "test", "Likes", "tea", "--tag", "drinks", "--tag", "hot", "--user", user,
      "--json")
    expect(outcome, status: 0)
    let id = try #require(outcome.json?["entry"]?.string)
    let entry = try #require(try entry(id, user)?.object)
    #expect(entry.keys.sorted() == ["content", "date", "id", "importance", "tags", "time", "type"])
    #expect(entry["content"] == "Likes tea" && entry["id"] == .string(id))
    #expect(entry["type"] == "fact" && entry["tags"] == ["drinks", "hot"])
    #expect(EntryDate(of: .object(entry)) != nil)
    #expect(try FileSystem.status(program.store.layout.memory(swarm) + "/shared") == nil)
  }

  @Test func theStarterAgentsRecallWhatWasAdded() throws {
    expect(try program("quickstart"), status: 0)
    expect(
      try program(
        "memory", "add", "starter", "Grows tomatoes", "--type", "insight", "--user", user),
      status: 0)
    let recalled = try program("run", "starter", "RecallMemory", "--user", user)
    #expect(recalled.stdout.contains("Grows tomatoes"), "\(recalled)")
  }

  @Test func anEntryHasTheFieldsOfThoseThatAreThere() throws {
    try remember(
      """
      {
        "a": {"conversation_id": "c1", "session_id": "current", "message": "one", "mood": "neutral",
              "theme": "fact", "date": "2026-01-02", "time": "10:00:00", "at": 5},
        "b": {"conversation_id": "c2", "session_id": "current", "message": "two", "mood": "neutral",
              "theme": "task", "date": "2026-01-03", "time": "11:00:00", "at": 6}
      }
      """)
    let before = try memory()
    expect(
      try program("memory", "add", "test", "three", "--entry", "c", "--type", "idea"), status: 0)
    let entry = try #require(try entry("c"))
    #expect(entry["message"] == "three" && entry["theme"] == "idea")
    #expect(entry["session_id"] == "current" && entry["mood"] == "neutral")
    #expect(entry["conversation_id"] == "" && entry["at"] == 0)
    #expect(entry["content"] == nil && entry["date"]?.string?.count == 10)
    // Every byte that was there still is.
    #expect(try memory().hasPrefix(before.dropLast(2)))
  }

  @Test func theFieldsOfOthersAreTakenAndNeverTheirValues() throws {
    try remember(
      #"{"a": {"text": "secret", "author": "Ada", "timestamp": 1760000000}, "#
        + #""b": {"text": "also", "author": "Ada", "timestamp": 1760000001}}"#)
    expect(try program("memory", "add", "test", "mine", "--entry", "x", "--user", user), status: 0)
    let entry = try #require(try entry("x", user)?.object)
    #expect(entry.keys.sorted() == ["author", "text", "timestamp"])
    #expect(entry["author"] == "" && entry["text"] == "mine")
    #expect((entry["timestamp"]?.double ?? 0) > 1_760_000_000)
  }

  @Test func listsAndTextsKeepTheirForm() throws {
    try remember(#"[{"text": "one"}]"#)
    expect(try program("memory", "add", "test", "two"), status: 0)
    #expect(try memory() == #"[{"text": "one"}, {"text":"two"}]"#)
    try remember(#"{"a": "one"}"#)
    expect(try program("memory", "add", "test", "two", "--entry", "b"), status: 0)
    #expect(try memory() == #"{"a": "one", "b": "two"}"#)
    expect(
      try program("memory", "add", "test", "--value", #"{"any": [1.50]}"#, "--entry", "c"),
      status: 0)
    #expect(try memory() == #"{"a": "one", "b": "two", "c": {"any":[1.50]}}"#)
  }

  @Test func whatCannotBeAddedChangesNothing() throws {
    for text in ["5", "\"text\"", "{\"a\": ", "{\"id\": {}}"] {
      try remember(text)
      let before = try memory()
      let outcome = try program("memory", "add", "test", "x", "--entry", "id", "--json")
      #expect([64, 65].contains(outcome.status), "\(text): \(outcome)")
      #expect(try memory() == before)
    }
    for words in [[], ["  "], ["x", "--value", "{}"]] {
      let all = ["memory", "add", "test"] + words + ["--json"]
      #expect(try program.start(all).wait().status == 64)
    }
  }

  @Test func anEditChangesOneEntryAndNoOtherByte() throws {
    try remember(
      "{ \"a\" : {\"content\": \"one\", \"n\": 1.50},\n\n  \"b\": {\"content\": \"two\", \"k\": 1e3} }\n"
    )
    expect(
      try program("memory", "edit", "test", "b", "--content", "2", "--tag", "x"), status: 0)
    #expect(
      try memory()
        == "{ \"a\" : {\"content\": \"one\", \"n\": 1.50},\n\n  \"b\": {\n    \"content\": \"2\",\n"
        + "    \"k\": 1e3,\n    \"tags\": [\n      \"x\"\n    ]\n  } }\n")
    expect(try program("memory", "edit", "test", "a", "--value", "7"), status: 0)
    #expect(try memory().hasPrefix("{ \"a\" : 7,\n\n"))
    let missing = try program("memory", "edit", "test", "aa", "--content", "x", "--json")
    expect(missing, code: .noSuchEntry)
    expect(
      try program("memory", "edit", "test", "a", "--content", "x", "--user", user, "--json"),
      code: .noSuchUser)
  }

  private func editor(_ script: String) throws -> [String: String] {
    let path = try program.folder.write("editor", "#!/bin/sh\n" + script)
    #expect(chmod(path, 0o755) == 0)
    return ["EDITOR": path]
  }

  @Test func theEditorGetsTheEntryAndNothingOfItStaysBehind() throws {
    try remember(#"{"a": {"content": "one"}}"#)
    let temporary = program.folder("tmp")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    var environment = try editor("sed -i s/one/uno/ \"$1\"\n")
    environment["TMPDIR"] = temporary
    let outcome = try program("memory", "edit", "test", "a", environment: environment)
    expect(outcome, status: 0)
    #expect(try entry("a")?["content"] == "uno")
    #expect(try FileSystem.list(temporary).isEmpty)
    // Closed without a change.
    environment["EDITOR"] = "true"
    let same = try program("memory", "edit", "test", "a", environment: environment)
    #expect(same.status == 0 && same.stdout.contains("as it was"), "\(same)")
    #expect(try FileSystem.list(temporary).isEmpty)
  }

  @Test func whatWasWrittenInTheEditorIsNeverLost() throws {
    try remember(#"{"a": {"content": "one"}}"#)
    let before = try memory()
    let broken = try program(
      "memory", "edit", "test", "a", environment: try editor("echo '{oops' > \"$1\"\n"))
    #expect(broken.status == 65, "\(broken)")
    let path = try #require(broken.stderr.split(separator: " ").last.map(String.init))
      .trimmingCharacters(in: .newlines)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{oops\n")
    #expect(try memory() == before)
    let file = program.store.layout.memory(swarm) + "/shared/memory.json"
    let conflict = try program(
      "memory", "edit", "test", "a",
      environment: try editor(
        "echo '{\"a\": {\"content\": \"theirs\"}}' > '\(file)'\necho '\"mine\"' > \"$1\"\n"))
    #expect(
      conflict.status == 76 && conflict.stderr.contains("what you wrote is in"), "\(conflict)")
    #expect(try memory() == "{\"a\": {\"content\": \"theirs\"}}\n")
    let failed = try program("memory", "edit", "test", "a", environment: ["EDITOR": "false"])
    #expect(failed.status == 64, "\(failed)")
    #expect(try program("memory", "edit", "test", "a").status == 64)
    #expect(
      try program("memory", "edit", "test", "a", "--json", environment: ["EDITOR": "true"]).status
        == 64)
  }

  @Test func anEntryWaitsForItsTurn() throws {
    let scripted = try ScriptedSwarm()
    let running = try scripted.start(
      "touch('began'); wait('go'); json.dump({'agent': 1}, open(path, 'w'))")
    _ = try scripted.text("began")
    let name = scripted.swarm.description
    expect(
      try scripted.program("memory", "add", name, "x", "--lock-timeout", "0.1s", "--json"),
      code: .busy)
    let adding = try scripted.program.start(["memory", "add", name, "x", "--entry", "x"])
    try scripted.touch("go")
    expect(try running.wait(), status: 0)
    expect(try adding.wait(), status: 0)
    let memory = try JSONValue.parse(try #require(try scripted.memory()))
    #expect(memory["agent"] == 1 && memory["x"] != nil)
  }
}
