import Testing

@testable import SwarmOps

extension ScriptedSwarm {
  /// A swarm with memory of a user and of nobody.
  static func filled() throws -> ScriptedSwarm {
    let swarm = try ScriptedSwarm()
    expect(try swarm.run(save(1)), status: 0)
    expect(try swarm.run(save(2), "--user", user), status: 0)
    return swarm
  }

  /// Makes a snapshot and returns its name.
  func snapshot(_ label: String...) throws -> String {
    let outcome = try program.start(["snapshot", "create", "test"] + label + ["--json"]).wait()
    expect(outcome, status: 0)
    return try #require(outcome.json?["snapshot_name"]?.string, "\(outcome)")
  }
}
