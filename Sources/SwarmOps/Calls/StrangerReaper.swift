/// Ends what a process has left running that was killed with its call.
///
/// A living child adopts what its agents leave behind, so what this process has adopted is nobody's;
/// but for what a run of its own is still at work with.
struct StrangerReaper {
  /// How long what was killed may take to be handed over.
  private static let delay: Duration = .milliseconds(20)

  /// When there is something to do.
  private(set) var due: ContinuousClock.Instant?

  /// Notes that a process was killed.
  mutating func note() {
    if due == nil { due = .now + Self.delay }
  }

  /// Ends what was left, once it is due.
  ///
  /// - Parameter known: Processes that are to live on, or `nil` where those of runs cannot be told from
  ///   others; each run ends its own.
  mutating func reapIfDue(except known: Set<Int32>?) {
    guard let due, due <= .now else { return }
    self.due = nil
    if let known { ProcessTree.endAdoptedChildren(except: known) }
  }
}
