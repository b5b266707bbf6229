/// Swarms by what lines call them: a GUID, a prefix or a name, each looked up once.
final class SwarmNames {
  /// Lines that wait for a name.
  private final class Waiting {
    var then: [(Result<GUID, SwarmError>) -> Void] = []
  }

  private enum State {
    case opening(Waiting)
    case known(GUID, at: ContinuousClock.Instant)
    case failed(SwarmError, at: ContinuousClock.Instant)
  }

  /// Names that are remembered, those that are not there included.
  private static let most = 1000

  private let store: SwarmStore
  private let engine: CallEngine
  private var states: [String: State] = [:]

  init(store: SwarmStore, engine: CallEngine) { (self.store, self.engine) = (store, engine) }

  /// Finds out which swarm is meant.
  ///
  /// - Parameters:
  ///   - name: What the line calls it.
  ///   - then: Called with the swarm, at once where it is known.
  func resolve(_ name: String, then: @escaping (Result<GUID, SwarmError>) -> Void) {
    switch states[name] {
    case .opening(let waiting)?: waiting.then.append(then)
    case .known(let guid, let at)? where isFresh(at): then(.success(guid))
    case .failed(let error, let at)? where isFresh(at): then(.failure(error))
    default:
      let waiting = Waiting()
      waiting.then = [then]
      states[name] = .opening(waiting)
      let store = store
      engine.perform({ () throws(SwarmError) in try store.resolve(name) }) { [unowned self] in
        resolved(name, $0)
      }
    }
  }

  /// Looks a name up again, whose swarm has gone.
  func forget(_ name: String) {
    if case .known? = states[name] { states[name] = nil }
  }

  private func isFresh(_ instant: ContinuousClock.Instant) -> Bool {
    instant.duration(to: .now) < SwarmPool.holdTime
  }

  private func resolved(_ name: String, _ result: Result<GUID, SwarmError>) {
    guard case .opening(let waiting)? = states[name] else { return }
    if states.count > Self.most {
      states = states.filter { if case .opening = $0.value { true } else { false } }
    }
    switch result {
    case .success(let guid): states[name] = .known(guid, at: .now)
    case .failure(let error): states[name] = .failed(error, at: .now)
    }
    for then in waiting.then { then(result) }
  }
}
