extension Finding.Code {
  /// No Python that can run agents.
  package static let python = Self(rawValue: "python")
  /// This system cannot give all of the sandbox.
  package static let sandboxIncomplete = Self(rawValue: "sandbox_incomplete")
}

/// What agents need outside the root.
enum EnvironmentChecks {
  static let all: [DoctorCheck] = [python, sandbox]

  @Sendable
  private static func python(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    do throws(SwarmError) {
      let python = try PythonInterpreter.find(
        examination.environment.python, swarmSetting: nil,
        environment: examination.environment.variables, layout: examination.layout)
      result.fact("python", "\(python.version) at \(python.path)")
    } catch {
      result.find(
        .python, .error, error.message, path: error.path,
        advice: error.hint ?? "install Python 3.9 or later")
    }
    return result
  }

  /// What this system can give of the sandbox, and what is missing.
  @Sendable
  private static func sandbox(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    result.fact("sandbox", SandboxSupport.summary)
    let missing = SandboxSupport.missing
    guard !missing.isEmpty else { return result }
    result.find(
      .sandboxIncomplete, .warning,
      "agents cannot be kept from everything that the sandbox promises: "
        + missing.joined(separator: "; "),
      path: nil,
      advice:
        "run strangers' agents on Linux 6.12 or later, with Landlock, and in containers allow the "
        + "system calls landlock_* and seccomp; until then the level strict refuses to run any")
    return result
  }
}
