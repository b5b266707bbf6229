import SwarmOps
import Synchronization

/// `run`: one call of one agent.
enum RunCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let (context, swarm) = try context.reading()
    let call = AgentCall(
      swarm: swarm, agent: arguments[word: .agent],
      arguments: try InputText.argumentObject(arguments[.arguments]),
      words: Array(arguments.words(.agentArguments)), namespace: try context.namespace(),
      strictness: strictness(arguments))
    context.warnAboutNetworkRoot()
    let output = context.output
    var options = context.runOptions
    let said = SaidWarnings()
    options.onWarning = { warning in
      output.warn(warning)
      said.texts.withLock { $0.append(warning) }
    }
    let runner = AgentRunner(
      store: context.store, environment: context.agentEnvironment, options: options)
    let answer = try runner.run(call)
    var report = Report(answer)
    report.saidWarnings = said.texts.withLock { $0 }
    if context.arguments.global.debug {
      report.json["sandbox"] = .object(answer.sandbox.json)
      report.notes.append("the sandbox was \(answer.sandbox.text)")
    }
    return report
  }

  private static func strictness(_ arguments: ParsedArguments) -> CheckedArguments.Strictness {
    if arguments[.noValidate] { return .unchecked }
    return arguments[.strictArguments] ? .strict : .usual
  }
}

/// What was said on standard error before the call.
private final class SaidWarnings: Sendable {
  let texts = Mutex<[String]>([])
}

extension Report {
  /// An agent's answer: its output and nothing else for people, the wire envelope as JSON.
  init(_ answer: AgentAnswer) {
    self.init(
      json: answer.envelope, text: answer.humanText,
      warnings: answer.warnings + answer.refusals.map { HintWording.text($0.hint) },
      exitStatus: answer.output.saysError ? 1 : 0,
      done: answer.isCommitted ? "the memory was committed; do not run it again" : nil)
    names = humanLines
  }

  private var humanLines: [String] {
    (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}

extension AgentAnswer {
  /// The output for people; an empty line where the agent returned nothing.
  var humanText: String {
    let text = String(decoding: output.bytes, as: UTF8.self)
    if case .json = output, text == "null" { return "" }
    return text
  }
}
