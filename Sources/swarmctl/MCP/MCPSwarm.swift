import SwarmOps

/// What a session needs of the swarm that it stands for.
///
/// Closures are called once, on the session's thread, and never from inside the method that took
/// them.
protocol MCPSwarm: AnyObject {
  /// What the swarm says of itself, read anew where that can be.
  var introduction: MCPIntroduction { get }
  /// Finds out what the agents are.
  func describe(_ then: @escaping (Result<MCPTools, SwarmError>) -> Void)
  /// Asks for the soul, and for what the agents add to it.
  func prompt(_ then: @escaping (Result<MCPPrompt, SwarmError>) -> Void)
  /// Reads the memory.
  func memory(_ then: @escaping (Result<String, SwarmError>) -> Void)
  /// Makes a call, as it would be made by `run`.
  ///
  /// - Parameters:
  ///   - number: What the call is cancelled by.
  ///   - agent: The agent's name.
  ///   - arguments: Its arguments.
  ///   - onPrint: Called with what it prints.
  ///   - then: Called with its answer, also where it was cancelled.
  func call(
    _ number: Int, agent: String, arguments: JSONObject, onPrint: @escaping ([UInt8]) -> Void,
    then: @escaping (Result<AgentAnswer, SwarmError>) -> Void)
  /// Ends a call.
  func cancel(_ number: Int)
}

/// What a swarm says of itself.
struct MCPIntroduction {
  let name: String
  let purpose: String
  let soul: String
  /// Whose memory it is, in words.
  let user: String
}

/// The text of the prompt `soul`.
struct MCPPrompt {
  let text: String
  /// What could not be said, a sentence each.
  let problems: [(agent: String, problem: String)]
}
