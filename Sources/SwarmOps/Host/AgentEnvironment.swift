/// What the processes of agents are given: variables and an interpreter.
///
/// The library reads no environment of its own; a front end hands in what it was started with.
public struct AgentEnvironment: Sendable {
  /// The environment variables of agent processes.
  public var variables: EnvironmentVariables
  /// Where to look for the interpreter.
  public var python: PythonInterpreter.Selection
  /// What the operator allows agents for this call.
  public var sandbox = SandboxOptions()

  /// Makes an environment.
  ///
  /// - Parameters:
  ///   - variables: The environment variables of agent processes.
  ///   - python: Where to look for the interpreter.
  public init(variables: EnvironmentVariables, python: PythonInterpreter.Selection) {
    self.variables = variables
    self.python = python
  }
}
