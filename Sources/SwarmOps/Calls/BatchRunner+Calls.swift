/// Handing calls to where they are made.
extension BatchRunner {
  /// Hands over calls while the child has room for them.
  func sendMore(_ namespace: BatchNamespace) {
    guard let child = namespace.child, namespace.ending == nil else { return }
    namespace.lastUse = .now
    // Out of the queue while they are looked at: an answer may stop the batch, which empties it.
    var waiting = namespace.waiting[...]
    let mayGoOn = { [self] in
      !namespace.swarm.isDraining && (namespace.sentThisTurn < Self.turn || ready.isEmpty)
        && !mustWait(waiting.first)
    }
    namespace.waiting = []
    while !isStopping, namespace.sent.count < namespace.ahead, mayGoOn(),
      var call = waiting.popFirst()
    {
      if call.generation != namespace.swarm.generation {
        do throws(SwarmError) {
          call = try check(
            call.agent.name, arguments(call), namespace.key.namespace, namespace.swarm,
            call.sequence, call.label, isChecked: call.isChecked)
        } catch {
          refuse(call, error)
          continue
        }
      }
      if namespace.sent.isEmpty { namespace.begunAt = .now }
      namespace.sent.append(call)
      namespace.sentThisTurn += 1
      child.send(header: request(call, isFresh: namespace.isCopyFresh))
      namespace.isCopyFresh = false
    }
    putBack(Array(waiting), namespace)
    if namespace.sent.isEmpty { endTurn(namespace) }
  }

  /// Puts calls that were not begun before those that wait, or forgets them once the batch stops.
  func putBack(_ calls: [BatchNamespace.Call], _ namespace: BatchNamespace) {
    if isStopping {
      for call in calls { drop(call.sequence, call.label.line) }
    } else {
      namespace.waiting.insert(contentsOf: calls, at: 0)
    }
  }

  /// The request for a child, as JSON.
  private func request(_ call: BatchNamespace.Call, isFresh: Bool) -> [UInt8] {
    var bytes = Array("{\"n\":\(call.sequence),\(isFresh ? "\"fresh\":true," : "")".utf8)
    bytes += call.agent.members
    bytes += Array(",\"args\":".utf8)
    bytes += call.arguments
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// Makes one call as a run of its own.
  func runAlone(_ namespace: BatchNamespace) {
    namespace.phase = .alone
    // The run frees it.
    let lock = Unchecked(namespace.lock)
    namespace.lock = nil
    let call = namespace.waiting.removeFirst()
    let (runner, isChecked) = (runner, call.isChecked)
    let box = Unchecked((namespace, call))
    let request = AgentCall(
      swarm: namespace.key.swarm, agent: call.agent.name, arguments: arguments(call),
      namespace: namespace.key.namespace, strictness: isChecked ? .usual : .unchecked)
    pool.run {
      let result: Result<AgentAnswer, SwarmError>
      do throws(SwarmError) {
        result = .success(try runner.run(request, holding: lock.value))
      } catch {
        result = .failure(error)
      }
      return {
        let (namespace, call) = box.value
        self.answer(
          call.sequence, BatchAnswer(label: call.label, result: result))
        self.endTurn(namespace)
      }
    }
  }

  /// Fails the first call that waits, such as where no child can be made, and goes on.
  func failFirst(_ namespace: BatchNamespace, _ error: SwarmError) {
    discardChild(namespace)
    if !namespace.waiting.isEmpty {
      refuse(namespace.waiting.removeFirst(), error)
    }
  }
}
