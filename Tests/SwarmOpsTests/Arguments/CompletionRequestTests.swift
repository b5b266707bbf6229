import Testing

@testable import swarmctl

@Suite struct CompletionRequestTests {
  @Test(arguments: [
    ([""], CompletionRequest.Subject.command), (["ru"], .command), (["--ro"], .option),
    (["run", ""], .value(.swarm)), (["ls", ""], .option), (["run", "s", ""], .value(.agent)),
    (["run", "s", "a", "x=1", ""], .value(.agentArgument)),
    (["run", "--user", ""], .value(.user)), (["run", "s", "--timeout", "5m", ""], .value(.agent)),
    (["--root", ""], .value(.folder)), (["--root", "x", "run", ""], .value(.swarm)),
    (["memory", ""], .command), (["memory", "wipe", ""], .value(.swarm)),
    (["memory", "wipe", "s", "--us"], .option), (["remove", "a", "b", ""], .value(.swarm)),
    (["help", "memory", ""], .command), (["nonsense", ""], .nothing),
    (["run", "s", "a", "--", "-x"], .value(.agentArgument)), (["deploy", "-"], .option),
    (["run", "--json=", ""], .value(.swarm)), ([], .command),
  ])
  func theWordUnderTheCursorIsKnown(words: [String], subject: CompletionRequest.Subject) {
    #expect(CompletionRequest(words).subject == subject, "\(words)")
  }

  @Test func anAttachedValueKeepsItsOption() {
    let request = CompletionRequest(["run", "--user=ab"])
    #expect(request.subject == .value(.user))
    #expect(request.prefix == "--user=")
    #expect(request.word == "ab")
  }
}

@Suite struct ShellLineTests {
  private static let breaks = " \t\n\"'@><=;|&(:"

  @Test(arguments: [
    ("swarmctl run my\\ sw", ["swarmctl", "run", "my sw"], "my swarm", "my\\ swarm "),
    ("swarmctl run \"my sw", ["swarmctl", "run", "my sw"], "my swarm", "my swarm\" "),
    ("swarmctl run s A k=va", ["swarmctl", "run", "s", "A", "k=va"], "k=value", "value "),
    ("swarmctl --root=~/x run  ", ["swarmctl", "--root=~/x", "run", ""], "a$b", "a\\$b "),
    ("swarmctl run 'it'\\''s", ["swarmctl", "run", "it's"], "it's", "\\'s "),
    ("swarmctl run \"a\\$b", ["swarmctl", "run", "a$b"], "a$b", "a\\$b\" "),
  ])
  func wordsAreReadAndReplacedAsTheShellDoes(
    line: String, words: [String], meant: String, replacement: String
  ) {
    let read = ShellLine(line, breaks: Self.breaks)
    #expect(read.words == words)
    if line != "swarmctl run 'it'\\''s" {
      #expect(read.replacement(for: meant, isOpen: false) == replacement)
    }
  }
}
