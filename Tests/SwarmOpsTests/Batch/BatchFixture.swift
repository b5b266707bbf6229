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

  /// A batch that is asked one thing after the other.
  final class Stream {
    let running: Program.Running
    private let input: Descriptor
    private var asked = 0

    fileprivate init(_ running: Program.Running, _ input: Descriptor) {
      self.running = running
      self.input = input
    }

    /// Hands over a request and waits for its answer.
    func ask(_ line: String) throws -> JSONObject {
      try FileSystem.writeAll(input.number, Array(line.utf8))
      asked += 1
      while running.stdoutSoFar.split(separator: "\n").count < asked {
        try #require(!running.hasEnded, "\(running.stderrSoFar)")
        usleep(1000)
      }
      return try #require(BatchFixture.answers(running.stdoutSoFar).last)
    }

    /// Ends the input and waits for the end.
    func end() throws -> Program.Outcome {
      try input.close()
      return try running.wait()
    }
  }

  /// Starts a batch that reads from a pipe.
  func stream(_ options: String...) throws -> Stream {
    let path = program.folder("requests-\(UUID().uuidString)")
    try #require(mkfifo(path, 0o600) == 0)
    // Open for both, so that neither side waits for the other.
    let both = try FileSystem.open(path, O_RDWR)
    let running = try program.start(["batch", path] + options)
    let input = try FileSystem.open(path, O_WRONLY)
    // Only once the other side has it too: a pipe without a writer has ended.
    let stream = Stream(running, input)
    _ = try stream.ask(Self.does("pass", id: "first", user: 99))
    try both.close()
    return stream
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
