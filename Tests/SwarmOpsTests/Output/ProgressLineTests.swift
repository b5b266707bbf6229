import Testing

@testable import SwarmOps
@testable import swarmctl

@Suite struct ProgressLineTests {
  private func text(answered: Int, read: Int, of size: Int?, seconds: Double) -> String {
    ProgressLine.text(
      BatchRunner.Progress(answered: answered, failed: 1, bytesRead: read), seconds: seconds,
      inputSize: size)
  }

  @Test func theRestIsEstimatedWhereThereIsARate() {
    #expect(
      text(answered: 50, read: 25, of: 100, seconds: 10)
        == "50 done, 1 failed, 5 per second, 30 s left")
  }

  @Test func nothingIsEstimatedWithoutARateOrAnEnd() {
    #expect(text(answered: 0, read: 25, of: 100, seconds: 10) == "0 done, 1 failed")
    #expect(text(answered: 3, read: 25, of: 100, seconds: 0.4) == "3 done, 1 failed")
    #expect(text(answered: 3, read: 25, of: nil, seconds: 2) == "3 done, 1 failed, 1 per second")
    #expect(text(answered: 3, read: 100, of: 100, seconds: 2) == "3 done, 1 failed, 1 per second")
    #expect(
      text(answered: 1, read: 1, of: 100, seconds: 4)
        == "1 done, 1 failed, less than 1 per second, 396 s left")
  }
}
