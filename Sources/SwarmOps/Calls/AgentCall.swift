/// One call of one agent as one user.
public struct AgentCall: Sendable {
  /// The swarm.
  public var swarm: GUID
  /// The agent's name, or the name of its file.
  public var agent: String
  /// Arguments as JSON, such as those of `--args`.
  public var arguments: JSONObject
  /// Arguments as words, `key=value` or `key:=<json>`; they win over ``arguments``.
  package var words: [String]
  /// Whose memory the agent works on.
  public var namespace: Namespace
  /// How closely the arguments are checked against the agent's schema.
  package var strictness: CheckedArguments.Strictness

  /// Makes a call.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - agent: The agent's name, or the name of its file.
  ///   - arguments: Arguments as JSON.
  ///   - namespace: Whose memory the agent works on.
  public init(swarm: GUID, agent: String, arguments: JSONObject = [:], namespace: Namespace) {
    self.init(
      swarm: swarm, agent: agent, arguments: arguments, words: [], namespace: namespace,
      strictness: .usual)
  }

  /// Makes a call as a command line has it.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - agent: The agent's name, or the name of its file.
  ///   - arguments: Arguments as JSON.
  ///   - words: Arguments as words.
  ///   - namespace: Whose memory the agent works on.
  ///   - strictness: How closely the arguments are checked.
  package init(
    swarm: GUID, agent: String, arguments: JSONObject = [:], words: [String] = [],
    namespace: Namespace, strictness: CheckedArguments.Strictness
  ) {
    self.swarm = swarm
    self.agent = agent
    self.arguments = arguments
    self.words = words
    self.namespace = namespace
    self.strictness = strictness
  }

  /// A word that may be an agent's name, or `nil`: what else people type is not kept anywhere.
  static func plainName(_ word: String) -> String? {
    let isName =
      (1...64).contains(word.utf8.count)
      && word.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
        default: false
        }
      }
    return isName ? word : nil
  }
}
