import Foundation
import Testing

@testable import SwarmOps

@Suite struct InitTests {
  @Test func theBundleIsTestedDeployedAndRun() throws {
    let program = try Program()
    let outcome = try program.shell(
      """
      set -e
      cd
      swarmctl init notes/ -q
      python3 notes/tests/test_notes.py 2>&1
      swarmctl deploy notes --strict
      swarmctl run notes Notes note='Likes tea'
      swarmctl run notes Notes
      swarmctl memory show notes
      find notes -name '*.pyc'
      """)
    expect(outcome, status: 0)
    #expect(outcome.stdout.contains("OK"), "\(outcome)")
    #expect(outcome.stdout.contains("Likes tea\n"), "\(outcome)")
    #expect(!outcome.stdout.contains(".pyc"), "\(outcome)")
    #expect(outcome.stdout.contains("CONTENT"), "\(outcome)")
  }

  @Test func whatIsThereIsNeverTouched() throws {
    let program = try Program()
    try program.folder.write("home/mine/agents/notes_agent.py", "mine")
    let before = try program.folder.snapshot()
    expect(try program("init", program.folder("home/mine")), status: 77)
    #expect(try program.folder.snapshot() == before)
  }

  @Test func theFolderThatOneIsInNamesTheSwarm() throws {
    let program = try Program()
    let outcome = try program.shell("mkdir -p ~/lab && cd ~/lab && swarmctl init . --json")
    expect(outcome, status: 0)
    #expect(outcome.json?["name"] == "lab", "\(outcome)")
  }
}
