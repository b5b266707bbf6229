import Foundation
import Testing

@testable import SwarmOps

/// A store with one swarm whose parts tests damage, looked at by the library itself.
struct Patient {
  let program: Program
  let swarm: GUID
  var layout: SwarmLayout { program.store.layout }

  init() throws {
    program = try Program()
    swarm = try program.deploy([
      "note_agent.py": """
      import os
      class NoteAgent:
          def __init__(self):
              self.name = "Note"
              self.metadata = {"name": "Note", "parameters": {"type": "object", "properties": {}}}
          def perform(self, **kwargs):
              open(os.environ["BRAINSTEM_MEMORY_PATH"], "w").write('{"a": 1}')
              return "noted"
      """
    ])
    expect(try program("run", "test", "Note"), status: 0)
  }

  /// Examines the store.
  func examine(fixes: Bool = false, swarm: GUID? = nil) throws -> Diagnosis {
    let environment = AgentEnvironment(
      variables: EnvironmentVariables(program.environment),
      python: PythonInterpreter.Selection(
        chosen: program.environment["SWARMCTL_PYTHON"], searchPath: ["/usr/bin"]))
    return Doctor(
      store: program.store, environment: environment,
      locks: LockOptions(timeout: .seconds(5)), fixes: fixes
    ).examine(swarm)
  }

  /// The codes of what is found.
  func codes(swarm: GUID? = nil) throws -> [Finding.Code] {
    try examine(swarm: swarm).findings.map(\.code)
  }

  /// Makes a file look as if it had not been changed for a minute.
  func age(_ path: String) throws {
    var times = [timespec](repeating: timespec(tv_sec: time(nil) - 60, tv_nsec: 0), count: 2)
    try systemCall { utimensat(AT_FDCWD, path, &times, 0) }
  }

  func write(_ text: String, to path: String) throws {
    try? FileSystem.makeFolders((path as NSString).deletingLastPathComponent)
    try? FileSystem.removeFile(path)
    try FileSystem.create(path, Array(text.utf8), sync: false)
  }
}
