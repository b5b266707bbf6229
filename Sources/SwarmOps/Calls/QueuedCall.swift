/// A namespace's name among those of all swarms.
struct NamespaceKey: Hashable, Sendable {
  let swarm: GUID
  let namespace: Namespace
}

/// A call that was checked and waits to be made.
///
/// Many wait at once, so it holds no more than it needs.
struct QueuedCall {
  let id: CallEngine.CallID
  let agent: AgentInUse
  /// The checked arguments, as JSON.
  let arguments: [UInt8]
  let strictness: CheckedArguments.Strictness
  /// What is to be said of the arguments.
  let remarks: CheckedArguments.Remarks
  let limits: CallLimits
  /// ``OpenSwarm/generation`` when the call was checked.
  let generation: Int

  /// The arguments again.
  var argumentObject: JSONObject { (try? JSONValue.parse(arguments))?.object ?? [:] }
}

/// An agent that calls are made of: what is the same for each of them.
final class AgentInUse {
  /// What callers call it.
  let name: String
  let record: AgentRecord
  let schema: ArgumentSchema
  /// The interpreter that runs it.
  let python: PythonInterpreter
  /// The members of a request that name it.
  let members: [UInt8]

  /// - Parameters:
  ///   - name: What callers call it.
  ///   - record: What is known of it.
  ///   - python: The interpreter that runs it.
  ///   - environment: Variables that it alone is given.
  init(
    _ name: String, _ record: AgentRecord, python: PythonInterpreter, environment: [String: String]
  ) {
    (self.name, self.record, self.python) = (name, record, python)
    schema = ArgumentSchema(parameters: record.parameters)
    members = HostRequest.members(of: record, environment: environment)
  }
}
