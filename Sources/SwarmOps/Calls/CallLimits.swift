/// What one call may cost.
public struct CallLimits: Sendable, Equatable {
  /// How long the agent may take; `nil` for as long as it likes.
  ///
  /// Waiting for locks does not count.
  public var timeout: Duration?

  /// Makes limits; by default five minutes.
  ///
  /// - Parameter timeout: How long the agent may take; `nil` for as long as it likes.
  public init(timeout: Duration? = .seconds(300)) { self.timeout = timeout }
}
