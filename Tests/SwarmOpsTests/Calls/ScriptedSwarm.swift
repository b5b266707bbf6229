import Foundation
import Testing

@testable import SwarmOps

/// A deployed swarm whose one agent does what its `code` argument says.
struct ScriptedSwarm {
  /// Names that the code finds: `path`, the memory file; `folder`, where they meet the test;
  /// `wait(name)` and `touch(name)`, which meet the test at files of that folder; `result`, which it
  /// may set.
  static let agent = """
    import json, os, signal, subprocess, sys, time

    class ScriptAgent:
        name = "Script"
        metadata = {"name": "Script", "description": "Runs code.", "parameters": {
            "type": "object", "properties": {"code": {"type": "string"},
            "folder": {"type": "string"}}, "required": ["code", "folder"]}}

        def perform(self, code, folder, **kwargs):
            def touch(name, text=""):
                with open(folder + "/" + name + ".new", "w") as file:
                    file.write(text)
                os.rename(folder + "/" + name + ".new", folder + "/" + name)
            def wait(name):
                while not os.path.exists(folder + "/" + name):
                    time.sleep(0.002)
            path = os.environ["BRAINSTEM_MEMORY_PATH"]
            scope = dict(globals(), path=path, here=os.path.dirname(path), folder=folder,
                         touch=touch, wait=wait, result="ok")
            exec(code, scope)
            return scope["result"]
    """

  static let user = "11111111-2222-3333-4444-555555555555"
  static let otherUser = "99999999-2222-3333-4444-555555555555"

  /// Code that makes a number all that the memory holds.
  static func save(_ number: Int) -> String { "json.dump({'n': \(number)}, open(path, 'w'))" }

  let program: Program
  let swarm: GUID

  init() throws {
    program = try Program()
    swarm = try program.deploy(["script_agent.py": Self.agent])
    try program.allowMeetings(of: "test")
  }

  var layout: SwarmLayout { SwarmLayout(root: program.root) }
  /// Where the agent and the test meet.
  var meeting: String { program.meeting }
  /// The folder of the shared namespace.
  var folder: String { layout.memory(swarm, .shared) }
  /// The memory file of the shared namespace.
  var memoryFile: String { layout.memoryFile(swarm, .shared) }

  /// The words of a run.
  func words(_ code: String, _ more: [String] = []) -> [String] {
    ["run", swarm.description, "Script", "folder=" + meeting, "code=" + code, "--json"]
      + more
  }

  @discardableResult
  func run(_ code: String, _ more: String...) throws -> Program.Outcome {
    try program.start(words(code, more)).wait()
  }

  func start(_ code: String, _ more: String...) throws -> Program.Running {
    try program.start(words(code, more))
  }

  /// Runs the code under another program, such as strace with its options.
  func run(_ code: String, under words: [String]) throws -> Program.Outcome {
    try program.start(
      Array(words.dropFirst()) + [Program.path] + self.words(code), executable: words[0]
    ).wait()
  }

  /// Gives the shared namespace a memory, as another program of this tree would.
  func remember(_ text: String, in name: String = "memory.json") throws {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    // Old enough that no clock can take a later change for this one.
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600, .modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
      ofItemAtPath: path)
  }

  /// The memory as a reader without locks finds it.
  func memory() throws -> String? {
    try FileSystem.readIfPresent(memoryFile).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The earlier versions of a memory, the latest first, as a program sees them.
  func versions(_ words: String...) throws -> [JSONValue] {
    let outcome = try program.start(["memory", "versions", "test"] + words + ["--json"]).wait()
    expect(outcome, status: 0)
    return try #require(outcome.json?["versions"]?.array, "\(outcome)")
  }

  /// Lets code that waits for `name` go on.
  func touch(_ name: String) throws { try program.folder.write("meeting/" + name, "") }

  /// The text that code left with `touch(name, text)`, awaited.
  func text(_ name: String) throws -> String {
    let path = meeting + "/" + name
    try #require(eventually("the agent's \(name)") { FileSystem.statusFollowingLinks(path) != nil })
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  /// Operations that left something, or are under way.
  func staged() throws -> [String] { try FileSystem.list(layout.staging) }
}

/// Waits for a condition, for at most a minute: a test that hangs says nothing.
func eventually(
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) -> Bool {
  let end = ContinuousClock.now + .seconds(60)
  while ContinuousClock.now < end {
    if condition() { return true }
    usleep(2000)
  }
  Issue.record("waited in vain for \(what)", sourceLocation: sourceLocation)
  return false
}

/// Whether a process lives, zombies not counted.
func lives(_ process: Int32) -> Bool {
  guard let text = try? FileSystem.read("/proc/\(process)/stat") else { return false }
  let rest = String(decoding: text, as: UTF8.self).components(separatedBy: ") ").last ?? ""
  return !rest.hasPrefix("Z") && !rest.hasPrefix("X")
}
