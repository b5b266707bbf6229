/// Finds the agents of calls and checks their arguments.
struct CallChecker {
  let runner: AgentRunner
  let calls: PendingCalls

  /// Checks a call.
  ///
  /// - Parameters:
  ///   - id: The call's name.
  ///   - call: The call.
  ///   - swarm: Its swarm, which is open.
  func check(_ id: CallEngine.CallID, _ call: AgentCall, _ swarm: OpenSwarm) throws(SwarmError)
    -> QueuedCall
  {
    let agent = try swarm.agent(call.agent)
    let checked = try runner.checked(call, agent.record, agent.schema)
    return QueuedCall(
      id: id, agent: agent, arguments: JSONValue.object(checked.values).serialized(),
      strictness: call.strictness, remarks: checked.remarks, limits: calls.limits(of: id),
      generation: swarm.generation)
  }

  /// Checks a call again whose agents have changed since.
  func recheck(_ queued: QueuedCall, of lane: NamespaceLane) throws(SwarmError) -> QueuedCall {
    if queued.generation == lane.swarm.generation { return queued }
    let call = AgentCall(
      swarm: lane.key.swarm, agent: queued.agent.name, arguments: queued.argumentObject,
      namespace: lane.key.namespace, strictness: queued.strictness)
    return try check(queued.id, call, lane.swarm)
  }
}
