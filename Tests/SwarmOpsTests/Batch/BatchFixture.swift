import Foundation
import Testing

@testable import SwarmOps

/// A root with a swarm `test` whose agents save, and do whatever a test asks for.
struct BatchFixture {
  let program: Program
  let swarm: GUID

  init() throws {
    program = try Program()
    swarm = try program.deploy([
      "save_agent.py": Sources.agent(
        "Save",
        body: """
          import json, os
                  path = os.environ["BRAINSTEM_MEMORY_PATH"]
                  memory = json.load(open(path)) if os.path.exists(path) else {}
                  memory[kwargs["key"]] = memory.get(kwargs["key"], 0) + 1
                  with open(path, "w") as file: json.dump(memory, file)
                  return "saved " + kwargs["key"]
          """),
      "do_agent.py": Sources.agent(
        "Do", top: "import os\nSEEN = []\nPATH = os.environ.get('BRAINSTEM_MEMORY_PATH')",
        body: """
          scope = {"self": self, "SEEN": SEEN, "PATH": PATH, "out": "done"}
                  exec(kwargs["code"], scope)
                  return scope["out"]
          """),
    ])
    try program.allowMeetings(of: "test")
  }

  static func user(_ number: Int) -> String {
    String(format: "00000000-0000-0000-0000-%012d", number)
  }

  static func line(_ id: JSONValue?, _ agent: String, _ arguments: JSONObject, user: Int)
    -> String
  {
    var object: JSONObject = [
      "swarm": "test", "name": .string(agent), "args": .object(arguments),
      "user_guid": .string(Self.user(user)),
    ]
    if let id { object["id"] = id }
    return Sources.text(object) + "\n"
  }

  static func save(_ key: String, user: Int) -> String {
    line(.string(key), "Save", ["key": .string(key)], user: user)
  }

  static func does(_ code: String, id: String? = nil, user: Int) -> String {
    line(.string(id ?? code), "Do", ["code": .string(code)], user: user)
  }

  /// The answers, in the order in which they came.
  func answers(_ outcome: Program.Outcome) -> [JSONObject] { Self.answers(outcome.stdout) }

  static func answers(_ text: String) -> [JSONObject] {
    text.split(separator: "\n").compactMap { (try? JSONValue.parse(Array($0.utf8)))?.object }
  }

  func memory(_ user: Int) throws -> JSONObject {
    let file = program.store.layout.memoryFile(
      swarm, .user(try #require(GUID(Self.user(user)))))
    return try #require(try JSONValue.parse(try FileSystem.read(file)).object)
  }
}
