import Foundation
import Testing

@testable import SwarmOps

/// Programs that other people have written, against the built `swarmctl mcp`.
struct MCPClientTests {
  private static let scenarios = [
    "walk", "pipelined", "cancelled", "deployed", "subscribed", "odd", "closing", "storm",
    "removed", "sealed", "snapshotted",
  ]

  @Test(
    .enabled(if: PythonPackages.newClient != nil, "\(PythonPackages.absence)"),
    arguments: scenarios)
  func theNewOfficialClientIsContent(_ scenario: String) throws {
    try run("official.py", try #require(PythonPackages.newClient), scenario)
  }

  @Test(
    .enabled(if: PythonPackages.oldClient != nil, "\(PythonPackages.absence)"),
    arguments: scenarios)
  func theOldOfficialClientIsContent(_ scenario: String) throws {
    try run("official.py", try #require(PythonPackages.oldClient), scenario)
  }

  @Test(.enabled(if: PythonPackages.framework != nil, "\(PythonPackages.absence)"))
  func anAgentFrameworkRunsAWholeLoop() throws {
    try run("framework.py", try #require(PythonPackages.framework), "loop")
  }

  /// Runs a script of `Fixtures/mcp` on a root of its own.
  private func run(_ script: String, _ packages: PythonPackages, _ scenario: String) throws {
    let fixture = try BatchFixture()
    let program = fixture.program
    let bundle = program.folder("bundles/test")
    try program.folder.write("bundles/test/soul.md", "Be brief.")
    expect(try program("deploy", bundle), status: 0)
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/mcp/\(script)").standardized.path
    let outcome = try program.start(
      [path, Program.path, program.root, "\(fixture.swarm)", scenario],
      executable: packages.python
    ).wait()
    expect(outcome, status: 0)
    if Machine.hasProcessFiles {
      _ = eventually("the end of the agents") { program.agentProcesses().isEmpty }
    }
  }
}
