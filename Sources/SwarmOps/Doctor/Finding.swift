/// One thing that is not as it should be, and what to do about it.
public struct Finding: Sendable, Equatable {
  /// A stable word for what was found; printed as `code` in JSON.
  ///
  /// Each stands with the check that finds it.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The word.
    public let rawValue: String

    /// Names a kind of finding.
    ///
    /// - Parameter rawValue: The word, in lower case with underscores.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// How bad it is.
  public enum Severity: String, Sendable {
    /// Something does not work, or data is damaged.
    case error
    /// Something may go wrong.
    case warning
    /// Something to tidy up.
    case note
  }

  /// What kind of finding this is.
  public let code: Code
  /// How bad it is.
  public let severity: Severity
  /// One sentence that says what is wrong.
  public let what: String
  /// The file or folder concerned.
  public let path: String?
  /// What to do about it.
  public let advice: Hint
  /// Whether ``Doctor`` can mend it safely.
  public let isFixable: Bool
  /// What was done, where it was mended.
  public internal(set) var fixed: String?
  /// Why mending failed, where it was tried.
  public internal(set) var failure: String?
}

/// What ``Doctor`` looked at and found.
public struct Diagnosis: Sendable, Equatable {
  /// One thing that was looked at and is in order, for people who ask "what do I have?".
  public struct Fact: Sendable, Equatable {
    /// What was looked at, such as `python`.
    public let name: String
    /// What it is.
    public let text: String
  }

  /// What was looked at.
  public internal(set) var facts: [Fact] = []
  /// What is wrong, in the order in which it was looked at.
  public internal(set) var findings: [Finding] = []

  /// The findings that were not mended.
  public var open: [Finding] { findings.filter { $0.fixed == nil } }
}
