/// Why a conversation with the host brought no answer, in words: once for every front end.
enum HostEnding {
  /// The error that an ending stands for.
  ///
  /// - Parameters:
  ///   - ending: How the conversation ended.
  ///   - who: Who was speaking, such as `agent SaveMemory`.
  ///   - timeout: The time limit.
  ///   - cancellation: What may have ended it.
  ///   - policy: What the process might do.
  static func error(
    _ ending: HostProcess.Ending, who: String, timeout: Duration?, cancellation: Cancellation?,
    policy: SandboxPolicy
  ) -> SwarmError {
    switch ending {
    case .finished: SwarmError(.internalError, "the agent host gave no answer")
    case .died(let termination):
      SwarmError(
        .agentFailed,
        "\(who) ended its process without an answer: it \(termination.text); "
          + "its memory was not changed")
    case .lostContact:
      SwarmError(
        .agentFailed,
        "\(who) closed descriptors that are not its own, so its answer was lost; "
          + "its memory was not changed")
    case .timedOut: timedOut(who, timeout ?? .zero)
    case .cancelled: cancellation?.error ?? SwarmError(.interrupted, "interrupted")
    case .tooMuchOutput: tooMuchOutput(who)
    case .tooMuchHeld: policy.excess() ?? SwarmError(.refused, "\(who) held too much on disk")
    }
  }

  /// An agent that was ended because its time was up.
  static func timedOut(_ who: String, _ timeout: Duration) -> SwarmError {
    SwarmError(
      .timeout,
      "\(who) took longer than \(seconds(timeout)) and was ended; its memory was not changed",
      hint: .either([.allowMore(.timeout), "0 for no limit"]))
  }

  /// An agent past the output limit.
  static func tooMuchOutput(_ who: String) -> SwarmError {
    SwarmError(
      .agentFailed,
      "\(who) printed or returned more than \(HostProcess.outputLimit >> 20) MiB; "
        + "its memory was not changed")
  }

  /// A time limit for people, to a tenth of a second.
  static func seconds(_ limit: Duration) -> String {
    let (seconds, attoseconds) = limit.components
    let tenths = attoseconds / 100_000_000_000_000_000
    return tenths == 0 ? "\(seconds) s" : "\(seconds).\(tenths) s"
  }
}
