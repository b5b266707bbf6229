import Testing

@testable import swarmctl

@Suite struct ColorChoiceTests {
  @Test func flagWinsOverEverything() {
    #expect(ColorChoice.always.resolved(environment: ["NO_COLOR": "1"], isTerminal: false))
    #expect(!ColorChoice.never.resolved(environment: ["CLICOLOR_FORCE": "1"], isTerminal: true))
  }

  @Test(arguments: [
    ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false),
    (["NO_COLOR": ""], true, true), (["CLICOLOR_FORCE": "1"], false, true),
    (["CLICOLOR_FORCE": "0"], false, false), (["TERM": "dumb"], true, false),
    (["TERM": "dumb", "CLICOLOR_FORCE": "1"], false, true),
    (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], true, false),
  ])
  func environmentDecidesOtherwise(environment: [String: String], terminal: Bool, colour: Bool) {
    #expect(
      ColorChoice.auto.resolved(environment: environment, isTerminal: terminal) == colour)
  }
}
