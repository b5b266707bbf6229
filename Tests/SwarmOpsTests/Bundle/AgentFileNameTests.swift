import Testing

@testable import SwarmOps

@Suite struct AgentFileNameTests {
  @Test(arguments: [
    "lead_scorer_agent.py", "-x_agent.py", "with space_agent.py", "émile_agent.py", "_agent.py",
    "--help_agent.py", "a.b_agent.py", String(repeating: "x", count: 246) + "_agent.py",
  ])
  func plainNamesAreAccepted(_ name: String) throws { try AgentFileName.check(name) }

  @Test(arguments: [
    "", "agent.py", "x.py", "x_agent.pyc", "X_AGENT.PY", "/etc/x_agent.py", "a/x_agent.py",
    "../x_agent.py", "..\\x_agent.py", "a\\x_agent.py", "a..b_agent.py", ".x_agent.py",
    "x\0_agent.py", "x\n_agent.py", "x\u{1b}_agent.py", "x\u{7f}_agent.py", "x\u{85}_agent.py",
    "x_agent.py\0", "x_agent.py/", "x_agent.py ", "x_agent.py\u{301}", "a/\u{301}x_agent.py",
    String(repeating: "x", count: 247) + "_agent.py",
    String(repeating: "é", count: 124) + "_agent.py",
  ])
  func otherNamesAreRefused(_ name: String) {
    #expect { try AgentFileName.check(name) } throws: {
      ($0 as? SwarmError)?.code == .badBundle
    }
  }

  @Test func refusedNamesAreSpelledOutWithoutControlCharacters() {
    do {
      try AgentFileName.check("\u{1b}[31m_agent.py")
      Issue.record("accepted")
    } catch {
      #expect(!error.message.unicodeScalars.contains { $0.isControl })
      #expect(error.message.contains("u{1b}"))
    }
  }

  @Test(arguments: [
    "helpers.py", "lib/text.py", "lib/deep/x_agent.py", "lib/__init__.py", "x.txt", "a/\u{301}/x",
  ])
  func helperPathsAreAccepted(_ path: String) throws { try HelperPath.check(path) }

  @Test(arguments: [
    "", "/etc/x.py", "../x.py", "lib/../x.py", "lib//x.py", "lib/", "x_agent.py",
    "X_AGENT.py", "a\\b.py", ".hidden/x.py", "./x.py", "x\n.py", "__init__.py",
    String(repeating: "a/", count: 600) + "x.py",
  ])
  func otherHelperPathsAreRefused(_ path: String) {
    #expect { try HelperPath.check(path) } throws: { ($0 as? SwarmError)?.code == .badBundle }
  }
}
