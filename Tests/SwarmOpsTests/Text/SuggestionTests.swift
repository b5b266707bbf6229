import SwarmOps
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("lst", "list"), ("LIST", "list"), ("ilst", "list"), ("lisst", "list"), ("liat", "list"),
    ("memroy", "memory"), ("mem", "memory"), ("inspct", "inspect"), ("complete", "completion"),
  ])
  func typingMistakesFindTheirWord(typed: String, meant: String) {
    let words = ["list", "memory", "inspect", "completion", "run"]
    #expect(Suggestion.closest(to: typed, among: words) == meant)
  }

  @Test(arguments: ["", "x", "wholly-other", "zzz", String(repeating: "list", count: 100)])
  func otherWordsFindNothing(typed: String) {
    #expect(Suggestion.closest(to: typed, among: ["list", "memory", "r"]) == nil)
  }

  @Test func firstOfEquallyNearOnesWins() {
    #expect(Suggestion.closest(to: "cat", among: ["bat", "car"]) == "bat")
  }

  @Test func swappedNeighboursAreOneMistake() {
    #expect(Suggestion.closest(to: "abdc", among: ["axxc", "abcd"]) == "abcd")
  }

  @Test func candidatesKeepTheirSpelling() {
    #expect(Suggestion.closest(to: "leadscorer", among: ["LeadScorer"]) == "LeadScorer")
  }
}
