/// How an operation takes locks: how long it waits and what it does meanwhile.
public struct LockOptions: Sendable {
  /// How long to wait for a lock; `nil` for as long as it takes.
  public var timeout: Duration?
  /// Ends the waiting early.
  public var cancellation: Cancellation?
  /// Called once after a second of waiting, with a sentence for a person.
  public var onWait: @Sendable (String) -> Void

  /// Makes options; by default 30 seconds, silently.
  ///
  /// - Parameters:
  ///   - timeout: How long to wait; `nil` for as long as it takes.
  ///   - cancellation: Ends the waiting early.
  ///   - onWait: Called once after a second of waiting.
  public init(
    timeout: Duration? = .seconds(30), cancellation: Cancellation? = nil,
    onWait: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.timeout = timeout
    self.cancellation = cancellation
    self.onWait = onWait
  }
}
