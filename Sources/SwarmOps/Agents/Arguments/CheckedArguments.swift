/// The arguments of one call as its agent gets them: read, completed and checked.
///
/// Every front end comes through here, so that a mistake is the same mistake in all of them.
package struct CheckedArguments: Sendable, Equatable {
  /// How closely arguments are looked at.
  package enum Strictness: Sendable {
    /// Not at all: whatever was given is passed on.
    case unchecked
    /// By the schema; a name that it does not know, and that is near none of its own, is a warning.
    case usual
    /// By the schema; every name that it does not know is an error.
    case strict
  }

  /// What the agent is called with, by name.
  package let values: JSONObject
  /// What is to be said of them.
  package let remarks: Remarks
  /// What the caller should know before the call, a sentence each.
  package var warnings: [String] { remarks.warnings }

  /// Reads, completes and checks the arguments of a call.
  ///
  /// - Parameters:
  ///   - given: The arguments by name.
  ///   - words: Arguments as words, `key=value` or `key:=<json>`; they replace those of `given`.
  ///   - agent: The agent.
  ///   - schema: The agent's schema, where the caller has read it already.
  ///   - namespace: Whose memory the call works on.
  ///   - environment: The variables that the agent's process will have.
  ///   - strictness: How closely the arguments are looked at.
  /// - Throws: ``SwarmError/Code/badArgument`` naming every mistake and what would be right.
  package init(
    _ given: JSONObject, words: [String] = [], for agent: AgentRecord,
    schema: ArgumentSchema? = nil, namespace: Namespace, environment: EnvironmentVariables,
    strictness: Strictness = .usual
  ) throws(SwarmError) {
    let schema = schema ?? ArgumentSchema(parameters: agent.parameters)
    let isChecked = strictness != .unchecked
    let advice: Hint?
    let read = try ArgumentWords.read(words, base: given, schema: schema, isChecked: isChecked)
    let filled = try schema.fillingUser(read, namespace: namespace)
    let missing = agent.requiresEnvironment.filter { (environment[$0] ?? "").isEmpty }
    var warnings = missing.map {
      "agent \(agent.name) declares the environment variable \($0), which is not set"
    }
    if isChecked {
      let checked = try schema.check(filled, isStrict: strictness == .strict)
      values = checked.arguments
      warnings += checked.warnings
      advice = checked.advice
    } else {
      values = filled
      advice = nil
    }
    remarks = Remarks(warnings: warnings, missingEnvironment: missing, advice: advice)
  }
}

extension CheckedArguments {
  /// What is to be said of the arguments of a call, before it and when it fails.
  package struct Remarks: Sendable, Equatable {
    /// What the caller should know before the call, a sentence each.
    package let warnings: [String]
    /// The environment variables that the agent declares and that are not set.
    package let missingEnvironment: [String]
    /// What may have been meant by arguments that the schema does not know; to be said where the agent
    /// fails.
    let advice: Hint?
  }
}

extension CheckedArguments.Remarks {
  /// Adds to the error of a call what its warnings have to do with it.
  ///
  /// - Parameter error: How the call failed.
  /// - Returns: The error with the warnings, and with the variables that were missing and the arguments
  ///   that may have been meant in its hint where the agent itself failed.
  func explaining(_ error: SwarmError) -> SwarmError {
    var error = error
    error.warnings = warnings + error.warnings.filter { !warnings.contains($0) }
    let isOfAgent = [.agentFailed, .agentNotLoadable, .setup, .timeout].contains(error.code)
    if isOfAgent, !missingEnvironment.isEmpty {
      let names = missingEnvironment.joined(separator: ", ")
      let hint = Hint("set \(names): the agent declares to need it, and it is not set")
      error.hint = .all([error.hint, hint].compactMap(\.self))
    }
    if error.code == .agentFailed, let advice {
      error.hint = .all([error.hint, advice].compactMap(\.self))
    }
    return error
  }
}
