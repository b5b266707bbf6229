import Synchronization

/// The file of a ``Lease`` that this process holds, renewed until it is given back or lost.
final class LeaseHolding: Sendable {
  private struct State {
    var record: LeaseRecord
    /// Whether it was given back, or taken over.
    var isOver = false
  }

  /// The file.
  let path: String
  /// How often it is to be renewed: well below its term.
  let interval: Duration
  private let state: Mutex<State>

  init(path: String, record: LeaseRecord) {
    self.path = path
    interval = record.term / 4
    state = Mutex(State(record: record))
  }

  /// Renews the lease.
  ///
  /// - Returns: Whether it is still this holder's.
  func renew() throws(SwarmError) -> Bool {
    let result = state.withLock { state -> Result<Bool, SwarmError> in
      if state.isOver { return .success(false) }
      state.record.renewals &+= 1
      do throws(SwarmError) {
        state.isOver = try !LeaseFile(path).renew(state.record)
        return .success(!state.isOver)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Renews the lease, or says that it is lost.
  ///
  /// - Throws: ``SwarmError/Code/conflict`` where another process took it over.
  func confirm() throws(SwarmError) {
    if try renew() { return }
    throw SwarmError(
      .conflict,
      "this process was paused or cut off for so long that another took over its lock; nothing was "
        + "changed",
      hint: "run the call again", path: path)
  }

  /// Ends the renewing.
  ///
  /// - Returns: The token by which the file can be told, or `nil` where it is not this holder's any more.
  func end() -> String? {
    state.withLock { state in
      if state.isOver { return nil }
      state.isOver = true
      return state.record.token
    }
  }
}
