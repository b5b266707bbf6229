import Testing

@testable import swarmctl

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("한국", 4), ("ﾊﾝｶｸ", 4),
    ("👍", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("…", 1), ("a\u{200B}b", 2), ("ＡＢ", 4),
  ])
  func columnsAreThoseOfATerminal(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
    ("漢字漢字", 6, "漢字…"), ("漢字漢字", 5, "漢字…"), ("漢字漢字", 4, "漢…"),
  ])
  func cuttingNeverExceedsTheColumns(text: String, columns: Int, cut: String) {
    #expect(DisplayWidth.truncated(text, to: columns) == cut)
    #expect(DisplayWidth.of(cut) <= columns)
  }
}
