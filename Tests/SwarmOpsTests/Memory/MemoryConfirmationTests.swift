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
          if b"^C" == b"\(text)" and not answered and b"[y/N]" in seen:
              answered = True
              os.write(terminal, b"\\x03")
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
    expect(no, status: 1)
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
    expect(try answer("y", "memory wipe alpha --all-users", fixture), status: 1)
    #expect(try fixture.snapshot() == before)
    expect(try answer("alpha", "memory wipe alpha --all-users", fixture), status: 0)
    #expect(try fixture.bytes(MemoryFixture.first, MemoryFixture.milk) == nil)
    #expect(try fixture.bytes(MemoryFixture.second, MemoryFixture.tea) != nil)
  }

  @Test func aPersonIsToldWhatGoesAlsoWithNamesAlone() throws {
    let fixture = try MemoryFixture()
    let no = try answer("n", "memory wipe alpha --user \(MemoryFixture.tea) -q", fixture)
    expect(no, status: 1)
    #expect(no.stdout.contains("\(MemoryFixture.tea), 3 entries, 1 file"), "\(no)")
    let remove = try answer("n", "remove alpha -q", fixture)
    expect(remove, status: 1)
    #expect(remove.stdout.contains("2 users and shared"), "\(remove)")
  }

  @Test func longListsAreCappedBeforeTheQuestion() throws {
    let fixture = try MemoryFixture()
    for number in 10..<60 {
      try fixture.memory(
        MemoryFixture.second, "00000000-0000-4000-8000-0000000000\(number)", #"{"a":{}}"#)
    }
    let no = try answer("n", "memory wipe beta --all-users", fixture)
    expect(no, status: 1)
    #expect(no.stdout.contains("and 32 more"), "\(no)")
  }

  @Test func interruptingAQuestionSaysThatNothingWasChanged() throws {
    let fixture = try MemoryFixture()
    let before = try fixture.snapshot()
    let outcome = try answer("^C", "memory wipe alpha --user \(MemoryFixture.tea)", fixture)
    expect(outcome, status: 130)
    #expect(
      outcome.stdout.contains("\nnothing was changed\r\n")
        || outcome.stdout.contains("\r\nnothing was changed\r\n"), "\(outcome)")
    #expect(try fixture.snapshot() == before)
  }

  @Test func readingFromTheTerminalIsSaid() throws {
    let fixture = try MemoryFixture()
    let outcome = try fixture.program.shell(
      """
      exec "${SWARMCTL_PYTHON:-python3}" - <<'EOF'
      import os, pty, sys
      child, terminal = pty.fork()
      if child == 0:
          os.execvp("swarmctl", ["swarmctl", "deploy", "-"])
      seen = b""
      while b"Ctrl-D" not in seen:
          seen += os.read(terminal, 4096)
      os.write(terminal, b"\\x04")
      os.waitpid(child, 0)
      EOF
      """)
    expect(outcome, status: 0)
  }
}
