import Synchronization

/// The folder of a ``Lease`` that this process holds, renewed until it is given back or lost.
final class LeaseHolding: Sendable {
  private struct State {
    var record: LeaseRecord
    /// Whether it was given back, or taken over.
    var isOver = false
  }

  /// The folder.
  let path: String
  /// How often it is to be renewed: well below its term.
  let interval: Duration
  private let state: Mutex<State>

  init(path: String, record: LeaseRecord) {
    self.path = path
    interval = record.term / 4
    state = Mutex(State(record: record))
  }

  /// Whether it was given back, or taken over as far as that is known.
  var isOver: Bool { state.withLock(\.isOver) }

  /// Renews the lease.
  ///
  /// - Returns: Whether it is still this holder's.
  func renew() throws(SwarmError) -> Bool {
    let result = state.withLock { state -> Result<Bool, SwarmError> in
      if state.isOver { return .success(false) }
      do throws(SwarmError) {
        state.isOver = try !Self.renew(&state.record, in: LeaseFolder(path))
        return .success(!state.isOver)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func renew(_ record: inout LeaseRecord, in folder: LeaseFolder) throws(SwarmError)
    -> Bool
  {
    // Twice: SMB refuses a rename for as long as another machine lists the folder.
    for _ in 0..<50 {
      var next = record
      next.renewals &+= 1
      if try folder.replace(record.name, with: next) {
        record = next
        return true
      }
      guard let name = try folder.read(), let found = LeaseRecord(name),
        found.token == record.token
      else { return false }
      // A server that was asked twice has done it at the first time.
      record.renewals = found.renewals
      FileSystem.pause(milliseconds: 10)
    }
    return false
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

  /// Gives the lease back, where it is still this holder's.
  func end() {
    state.withLock { state in
      if state.isOver { return }
      state.isOver = true
      LeaseFolder(path).remove(state.record)
    }
  }
}
