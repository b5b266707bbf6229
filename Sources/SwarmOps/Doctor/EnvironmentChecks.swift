extension Finding.Code {
  /// No Python that can run agents.
  public static let python = Self(rawValue: "python")
}

/// What agents need outside the root.
enum EnvironmentChecks {
  static let all: [DoctorCheck] = [python]

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
}
