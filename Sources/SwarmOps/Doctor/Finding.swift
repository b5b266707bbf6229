/// One thing that is not as it should be, and what to do about it.
package struct Finding: Sendable, Equatable {
  /// A stable word for what was found; printed as `code` in JSON.
  ///
  /// Each stands with the check that finds it.
  package struct Code: RawRepresentable, Sendable, Hashable {
    /// The word.
    package let rawValue: String

    /// Names a kind of finding.
    ///
    /// - Parameter rawValue: The word, in lower case with underscores.
    package init(rawValue: String) { self.rawValue = rawValue }
  }

  /// How bad it is.
  package enum Severity: String, Sendable {
    /// Something does not work, or data is damaged.
    case error
    /// Something may go wrong.
    case warning
    /// Something to tidy up.
    case note
  }

  /// What kind of finding this is.
  package let code: Code
  /// How bad it is.
  package let severity: Severity
  /// One sentence that says what is wrong.
  package let what: String
  /// The file or folder concerned.
  package let path: String?
  /// What to do about it.
  package let advice: Hint
  /// Whether ``Doctor`` can fix it safely.
  package let isFixable: Bool
  /// What was done, where it was fixed.
  package internal(set) var fixed: String?
  /// Why fixing failed, where it was tried.
  package internal(set) var failure: String?
}

/// What ``Doctor`` looked at and found.
package struct Diagnosis: Sendable, Equatable {
  /// One thing that was looked at and is in order, for people who ask "what do I have?".
  package struct Fact: Sendable, Equatable {
    /// What was looked at, such as `python`.
    package let name: String
    /// What it is.
    package let text: String
  }

  /// What was looked at.
  package internal(set) var facts: [Fact] = []
  /// What is wrong, in the order in which it was looked at.
  package internal(set) var findings: [Finding] = []

  /// The findings that were not fixed.
  package var open: [Finding] { findings.filter { $0.fixed == nil } }
}
