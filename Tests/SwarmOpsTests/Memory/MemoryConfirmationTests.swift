import Foundation
import Testing

@testable import SwarmOps

/// What a person at a terminal is asked before anything goes.
@Suite struct MemoryConfirmationTests {
  /// Runs the program on a pseudo terminal of its own and types an answer to its question.
  private func answer(_ text: String, _ words: String, _ fixture: MemoryFixture) throws
    -> Program.Outcome
  {
    try fixture.program.shell(
      """
      exec "${SWARMCTL_PYTHON:-python3}" - <<'EOF'
      import os, pty, sys
      child, terminal = pty.fork()
      if child == 0:
          os.execvp("swarmctl", ["swarmctl"] + "\(words)".split())
      seen, answered = b"", False
      while True:
          try:
              part = os.read(terminal, 4096)
          except OSError:
              break
          if not part:
              break
          seen += part
          if not answered and (b"[y/N]" in seen or b"type the swarm's name" in seen):
              answered = True
              os.write(terminal, b"\(text)\\n")
      sys.stdout.buffer.write(seen)
      sys.stdout.flush()
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
      EOF
      """)
  }

  @Test func theListComesBeforeTheQuestionAndNoChangesNothing() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    let words = "memory wipe alpha --user \(MemoryFixture.tea)"
    let no = try answer("n", words, fixture)
    expect(no, status: 64)
    let list = try #require(no.stdout.range(of: "\(MemoryFixture.tea), 3 entries, 1 file"), "\(no)")
    let question = try #require(no.stdout.range(of: "[y/N]"), "\(no)")
    #expect(list.upperBound < question.lowerBound)
    #expect(try fixture.snapshot() == before)
    expect(try answer("y", words, fixture), status: 0)
    #expect(try fixture.bytes(MemoryFixture.first, MemoryFixture.tea) == nil)
  }

  @Test func allUsersNeedsTheSwarmsNameTyped() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    expect(try answer("y", "memory wipe alpha --all-users", fixture), status: 64)
    #expect(try fixture.snapshot() == before)
    expect(try answer("alpha", "memory wipe alpha --all-users", fixture), status: 0)
    #expect(try fixture.bytes(MemoryFixture.first, MemoryFixture.milk) == nil)
    #expect(try fixture.bytes(MemoryFixture.second, MemoryFixture.tea) != nil)
  }
}
