/// Looks at the environment and the store, says what is wrong, and mends what is safe to mend.
public struct Doctor: Sendable {
  let store: SwarmStore
  let environment: AgentEnvironment
  let locks: LockOptions
  let mends: Bool
  var diagnosis = Diagnosis()

  var layout: SwarmLayout { store.layout }

  /// Prepares an examination; touches nothing.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: The environment and the choice of Python.
  ///   - locks: How long to wait for calls under way while mending.
  ///   - mends: Whether to mend what is safe to mend.
  public init(store: SwarmStore, environment: AgentEnvironment, locks: LockOptions, mends: Bool) {
    self.store = store
    self.environment = environment
    self.locks = locks
    self.mends = mends
  }

  /// Looks at everything, or at one swarm.
  ///
  /// - Parameter swarm: The one swarm to look at, with the environment but without the root's other
  ///   contents; nil for all.
  /// - Returns: What was found.
  public func examine(_ swarm: GUID? = nil) -> Diagnosis {
    var doctor = self
    doctor.examinePython()
    doctor.examineSandbox()
    guard doctor.examineRoot() else { return doctor.diagnosis }
    if swarm == nil { doctor.examineState() }
    let (guids, others) = (try? store.folderNames()) ?? ([], [])
    if swarm == nil {
      for name in others { doctor.report(strange: name) }
      doctor.fact("swarms", "\(guids.count)")
    }
    doctor.examinePermissions(of: swarm)
    doctor.examineSwitches(of: swarm)
    for one in guids where swarm == nil || swarm == one {
      doctor.examineSwarm(one)
      doctor.examineMemory(one)
    }
    return doctor.diagnosis
  }

  // MARK: Reporting

  mutating func fact(_ name: String, _ text: String) {
    diagnosis.facts.append(Diagnosis.Fact(name: name, text: text))
  }

  /// Adds a finding and, where that was asked for, mends it.
  ///
  /// - Parameter mend: Mends it and says what was done; nil where nothing is safe to do.
  mutating func find(
    _ code: Finding.Code, _ severity: Finding.Severity, _ what: String, path: String?,
    advice: Hint, mend: (() throws -> String)? = nil
  ) {
    var finding = Finding(
      code: code, severity: severity, what: what, path: path, advice: advice,
      isFixable: mend != nil)
    if mends, let mend {
      do {
        finding.fixed = try mend()
      } catch let error as SwarmError {
        finding.failure = [error.message, error.underlying].compactMap(\.self)
          .joined(separator: ": ")
      } catch {
        finding.failure = "\(error)"
      }
    }
    diagnosis.findings.append(finding)
  }
}
