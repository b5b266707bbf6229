import SwarmOps

/// How far a batch has come, on one line of a terminal's standard error; nothing elsewhere.
final class ProgressLine {
  /// Whether standard error is a terminal.
  let isShown: Bool
  private let output: Output
  private let inputSize: Int?
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var isOnScreen = false

  init(_ output: Output, inputSize: Int?) {
    self.output = output
    self.inputSize = inputSize
    isShown = Terminal.isTerminal(2)
  }

  func show(_ progress: BatchRunner.Progress) {
    let now = ContinuousClock.now
    guard isShown, lastShown.duration(to: now) >= .milliseconds(200) else { return }
    lastShown = now
    output.status(
      Self.text(progress, seconds: start.duration(to: now) / .seconds(1), inputSize: inputSize))
    isOnScreen = true
  }

  /// How far it has come, and how long the rest takes where that can be told: answers have come for a
  /// second, and the input is neither a pipe nor read to its end, where nothing says how much of it
  /// waits.
  static func text(_ progress: BatchRunner.Progress, seconds: Double, inputSize: Int?) -> String {
    var text = "\(progress.answered) done, \(progress.failed) failed"
    guard progress.answered > 0, seconds >= 1 else { return text }
    let rate = Double(progress.answered) / seconds
    text += rate < 1 ? ", less than 1 per second" : ", \(Int(rate)) per second"
    if let inputSize, progress.bytesRead > 0, progress.bytesRead < inputSize {
      let share = Double(progress.bytesRead) / Double(inputSize)
      text += ", \(Int(seconds / share - seconds)) s left"
    }
    return text
  }

  func clear() {
    if isOnScreen { output.status("") }
    isOnScreen = false
  }
}
