import SwarmOps

/// `doctor`: what is wrong and how to fix it.
enum DoctorCommand {
  /// The status of a diagnosis that leaves something to do.
  private static let findingsStatus: Int32 = 2

  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let swarm = context.arguments.word(.swarm) == nil ? nil : try context.swarm()
    let fixes = context.arguments[.fix]
    let doctor = Doctor(
      store: context.store, environment: context.agentEnvironment, locks: context.lockOptions,
      fixes: fixes)
    let diagnosis = doctor.examine(swarm)
    let rows = diagnosis.findings.map(\.json)
    let facts = diagnosis.facts.map { fact in
      (key: String(fact.name.map { $0 == " " ? "_" : $0 }), value: JSONValue.string(fact.text))
    }
    return Report(
      json: [
        "findings": .array(rows), "facts": .object(JSONObject(facts)),
        "open": .number(JSONNumber(diagnosis.open.count)),
        "fixed": .number(JSONNumber(diagnosis.findings.count - diagnosis.open.count)),
      ],
      rows: rows, names: diagnosis.findings.map { $0.path ?? $0.code.rawValue },
      text: text(diagnosis, context.output.style, fixes: fixes),
      exitStatus: diagnosis.open.isEmpty ? 0 : findingsStatus)
  }

  private static func text(_ diagnosis: Diagnosis, _ style: Style, fixes: Bool) -> String {
    var text = ""
    let width = diagnosis.facts.map(\.name.count).max() ?? 0
    for fact in diagnosis.facts {
      let gap = String(repeating: " ", count: width - fact.name.count)
      text += "\(style.dim(fact.name))\(gap)  \(VisibleText.line(fact.text))\n"
    }
    for finding in diagnosis.findings {
      let severity = finding.severity.rawValue + ":"
      let mark =
        switch finding.severity {
        case .error: style.red(severity)
        case .warning: style.yellow(severity)
        case .note: style.cyan(severity)
        }
      text += "\n\(mark) \(VisibleText.line(finding.what))\n"
      if let path = finding.path, !finding.what.contains(path) {
        text += "  path: \(VisibleText.line(path))\n"
      }
      if let fixed = finding.fixed {
        text += "  \(style.green("fixed:")) \(VisibleText.line(fixed))\n"
        continue
      }
      if let failure = finding.failure {
        text += "  could not be fixed: \(VisibleText.line(failure))\n"
        if finding.isFixable { continue }
      }
      text += "  do: \(VisibleText.line(HintWording.text(finding.advice)))\n"
    }
    text += "\n" + summary(diagnosis, fixes: fixes) + "\n"
    return text
  }

  private static func summary(_ diagnosis: Diagnosis, fixes: Bool) -> String {
    let open = diagnosis.open
    let fixed = diagnosis.findings.count - open.count
    if diagnosis.findings.isEmpty { return "nothing is wrong" }
    let count = open.count == 1 ? "1 finding" : "\(open.count) findings"
    if fixes { return open.isEmpty ? "\(fixed) fixed" : "\(fixed) fixed, \(count) left" }
    let fixable = open.count { $0.isFixable }
    return fixable == 0
      ? count
      : "\(count); `swarmctl doctor --fix` can fix \(fixable == open.count ? "all" : "\(fixable)")"
  }
}

extension Finding {
  /// The finding as programs see it.
  var json: JSONValue {
    var json: JSONObject = [
      "code": .string(code.rawValue), "severity": .string(severity.rawValue),
      "what": .string(what), "advice": .string(HintWording.text(advice)),
      "fixable": .bool(isFixable),
      "fixed": fixed.map(JSONValue.string) ?? .null, "path": path.map(JSONValue.string) ?? .null,
    ]
    if let failure { json["failure"] = .string(failure) }
    return .object(json)
  }
}
