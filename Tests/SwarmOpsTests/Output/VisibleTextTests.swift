import Testing

@testable import swarmctl

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("plain é 漢字 👩‍👩‍👧", "plain é 漢字 👩‍👩‍👧"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("\u{1B}[2Jx", "\\e[2Jx"), ("\u{9B}31m", "\\u{9b}31m"), ("a\0b\u{7F}", "a\\u{0}b\\u{7f}"),
    ("abc\u{202E}txt", "abc\\u{202e}txt"), ("", ""), ("\r\n", "\\r\\n"),
  ])
  func nothingReachesTheTerminalRaw(text: String, shown: String) {
    #expect(VisibleText.line(text) == shown)
  }

  @Test func linesKeepTheirBreaksAlone() {
    #expect(VisibleText.lines("a\n\u{1B}b\r\n") == "a\n\\eb\\r\n")
  }
}
