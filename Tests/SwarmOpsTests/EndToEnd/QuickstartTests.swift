import Testing

@testable import SwarmOps

@Suite struct QuickstartTests {
  @Test func savesAndRecallsForTwoUsersThatDoNotSeeEachOther() throws {
    let program = try Program()
    let outcome = try program("quickstart", "--json")
    expect(outcome, status: 0)
    let steps = try #require(outcome.json?["steps"]?.array)
    let recalled = steps.filter { $0["command"]?.string?.contains("RecallMemory") == true }
      .compactMap { $0["output"]?.string }
    #expect(recalled.count == 2, "\(outcome)")
    #expect(recalled[0].contains("short answers") && !recalled[0].contains("bees"), "\(outcome)")
    #expect(recalled[1].contains("bees") && !recalled[1].contains("short answers"), "\(outcome)")
  }
}
