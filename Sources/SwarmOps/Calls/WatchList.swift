/// Descriptors and instants that a front end wants to hear of.
final class WatchList {
  private struct Watch {
    let id: CallEngine.WatchID
    let descriptor: Int32
    let readiness: PollSet.Readiness
    let body: () throws(SwarmError) -> Void
  }

  private struct Timer {
    let instant: ContinuousClock.Instant
    let body: () throws(SwarmError) -> Void
  }

  private var watches: [Watch] = []
  private var timers: [CallEngine.WatchID: Timer] = [:]
  private var nextNumber = 0
  /// What was polled last, in its order.
  private var polled: (watches: [Watch], first: Int) = ([], 0)

  private func newID() -> CallEngine.WatchID {
    nextNumber += 1
    return CallEngine.WatchID(number: nextNumber)
  }

  /// Looks out for a descriptor.
  func watch(
    _ descriptor: Int32, _ readiness: CallEngine.Readiness,
    _ body: @escaping () throws(SwarmError) -> Void
  ) -> CallEngine.WatchID {
    let id = newID()
    watches.append(
      Watch(
        id: id, descriptor: descriptor, readiness: readiness == .reading ? .reading : .writing,
        body: body))
    return id
  }

  /// Looks out for an instant.
  func schedule(
    _ instant: ContinuousClock.Instant, _ body: @escaping () throws(SwarmError) -> Void
  ) -> CallEngine.WatchID {
    let id = newID()
    timers[id] = Timer(instant: instant, body: body)
    return id
  }

  /// Looks out for something no longer.
  func remove(_ id: CallEngine.WatchID) {
    watches.removeAll { $0.id == id }
    timers[id] = nil
  }

  /// Adds the descriptors to what is waited for.
  func add(to set: inout PollSet) {
    polled = (watches, set.count)
    for watch in watches { set.add(watch.descriptor, watch.readiness) }
  }

  /// The instant that comes first.
  var nextDeadline: ContinuousClock.Instant? { timers.values.map(\.instant).min() }

  /// Calls what was waited for.
  func handle(_ set: PollSet) throws(SwarmError) {
    for (index, watch) in polled.watches.enumerated() where set.isReady(polled.first + index) {
      // An earlier one may have ended it.
      if watches.contains(where: { $0.id == watch.id }) { try watch.body() }
    }
    let now = ContinuousClock.now
    let due = timers.filter { $0.value.instant <= now }
    for (id, timer) in due.sorted(by: { $0.value.instant < $1.value.instant }) {
      if timers.removeValue(forKey: id) != nil { try timer.body() }
    }
  }
}
