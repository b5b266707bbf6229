/// Looks at the environment and the store, says what is wrong, and fixes what is safe to fix.
///
/// A check is a function that looks at one thing and returns what it found. Those of one subject are in
/// one file; a new one is written there, with its code, and listed at the top of that file.
package struct Doctor: Sendable {
  /// The checks that come first: where one says that there is no root to look into, the others are
  /// left out.
  private static let ofTheRoot: [DoctorCheck] = EnvironmentChecks.all + RootChecks.all
  /// The others, in the order in which people read the findings.
  private static let ofTheStore: [DoctorCheck] =
    StateChecks.all + StrangeFolderChecks.all + PermissionChecks.all + SwitchChecks.all
  /// The checks that are made once for each swarm.
  private static let ofASwarm: [SwarmCheck] =
    SwarmChecks.all + MemoryChecks.all + SnapshotChecks.all

  private let examination: Examination
  private let fixes: Bool

  /// Prepares an examination; touches nothing.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: The environment and the choice of Python.
  ///   - locks: How long to wait for calls under way while fixing.
  ///   - fixes: Whether to fix what is safe to fix.
  package init(store: SwarmStore, environment: AgentEnvironment, locks: LockOptions, fixes: Bool) {
    examination = Examination(store: store, environment: environment, locks: locks)
    self.fixes = fixes
  }

  /// Looks at everything, or at one swarm.
  ///
  /// - Parameter swarm: The one swarm to look at, with the environment but without the root's other
  ///   contents; nil for all.
  /// - Returns: What was found.
  package func examine(_ swarm: GUID? = nil) -> Diagnosis {
    var examination = examination
    examination.swarm = swarm
    var diagnosis = Diagnosis()
    func note(_ result: CheckResult) {
      diagnosis.facts += result.facts
      for found in result.findings { diagnosis.findings.append(found.closed(fixes: fixes)) }
    }
    for check in Self.ofTheRoot {
      let result = check(examination)
      note(result)
      if result.isLast { return diagnosis }
    }
    for check in Self.ofTheStore { note(check(examination)) }
    for one in examination.swarms {
      for check in Self.ofASwarm { note(check(examination, one)) }
    }
    return diagnosis
  }
}

/// What a check looks at.
struct Examination: Sendable {
  let store: SwarmStore
  let environment: AgentEnvironment
  /// How long to wait for calls under way while fixing.
  let locks: LockOptions
  /// The one swarm that is looked at, or nil for everything.
  var swarm: GUID?

  var layout: SwarmLayout { store.layout }

  /// The swarms that are looked at.
  var swarms: [GUID] {
    ((try? store.folderNames())?.guids ?? []).filter { swarm == nil || swarm == $0 }
  }

  /// The names in a folder that are texts, in order; none where it cannot be read.
  func names(_ folder: String) -> [String] {
    ((try? FileSystem.names(in: folder, followLinks: folder == layout.swarms)) ?? [])
      .compactMap(\.exactText)
  }
}

/// Looks at one thing.
typealias DoctorCheck = @Sendable (Examination) -> CheckResult
/// Looks at one thing in a swarm.
typealias SwarmCheck = @Sendable (Examination, GUID) -> CheckResult

/// What a check came to.
struct CheckResult {
  /// What is in order, for people who ask "what do I have?".
  private(set) var facts: [Diagnosis.Fact] = []
  /// What is wrong.
  private(set) var findings: [OpenFinding] = []
  /// Whether there is nothing more to look at.
  var isLast = false

  mutating func fact(_ name: String, _ text: String) {
    facts.append(Diagnosis.Fact(name: name, text: text))
  }

  /// Adds a finding.
  ///
  /// - Parameters:
  ///   - code: What kind of finding it is.
  ///   - severity: How bad it is.
  ///   - what: One sentence that says what is wrong.
  ///   - path: The file or folder concerned.
  ///   - advice: What to do about it.
  ///   - fix: Fixes it and says what was done; nil where nothing is safe to do.
  mutating func find(
    _ code: Finding.Code, _ severity: Finding.Severity, _ what: String, path: String?,
    advice: Hint, fix: (() throws(SwarmError) -> String)? = nil
  ) {
    let finding = Finding(
      code: code, severity: severity, what: what, path: path, advice: advice,
      isFixable: fix != nil)
    findings.append(OpenFinding(finding: finding, fix: fix))
  }
}

/// A finding, and how it is fixed.
struct OpenFinding {
  let finding: Finding
  let fix: (() throws(SwarmError) -> String)?

  /// The finding, fixed where that was asked for and is possible.
  func closed(fixes: Bool) -> Finding {
    var finding = finding
    guard fixes, let fix else { return finding }
    do throws(SwarmError) {
      finding.fixed = try fix()
    } catch {
      finding.failure = error.sentence
    }
    return finding
  }
}

extension SwarmError {
  /// The message with the system's own words.
  var sentence: String {
    [message, underlying].compactMap(\.self).joined(separator: ": ")
  }
}

extension Int {
  /// `1 file or folder`, `2 files or folders`.
  func counted(_ noun: String) -> String {
    if self == 1 { return "1 \(noun)" }
    let words = noun.split(separator: " ").map { word in
      word == "or" ? "or" : word.hasSuffix("y") ? word.dropLast() + "ies" : "\(word)s"
    }
    return "\(self) \(words.joined(separator: " "))"
  }
}
