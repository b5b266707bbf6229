/// The rule for a helper module's path below `agents/`, and which modules are no helpers.
///
/// Only `.py` files are helpers; data files beside the agents stay where they are.
public enum HelperPath {
  /// The most bytes of a whole path.
  static let maximumBytes = 1_024

  /// Checks a path before anything is made of it.
  ///
  /// - Parameter path: The path as the bundle gives it, such as `lib/text.py`.
  /// - Throws: ``SwarmError/Code/badBundle`` that says what is wrong with the path.
  public static func check(_ path: String) throws(SwarmError) {
    guard let problem = problem(path) else { return }
    throw SwarmError(.badBundle, "the helper module \(path.quoted) \(problem)", hint: hint)
  }

  /// What to do about a refused path.
  static let hint = "a helper module's path is relative to the agents, such as lib/text.py"

  /// What is wrong with a path, completing "the helper module … ", or `nil`.
  static func problem(_ path: String) -> String? {
    if path.isEmpty { return "is empty" }
    if path.utf8.count > maximumBytes { return "has a path of more than \(maximumBytes) bytes" }
    let components = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    for component in components {
      if component.isEmpty { return "has an absolute path or an empty path component" }
      if let problem = FileNameRule.problem(String(Substring(component))) { return problem }
    }
    if !path.utf8.ends(with: ".py") { return "does not end with .py" }
    // On a file system that ignores case these would be an agent or the host's own module as well.
    let folded = FileNameRule.folded(path)
    if components.count == 1 && folded.utf8.ends(with: AgentFileName.suffix) {
      return "is named like an agent; list it under agents"
    }
    if folded == "__init__.py" { return "would make a package of the agents' folder" }
    return nil
  }

  /// Whether the agent host supplies this module itself, so that a bundle's own copy stays behind.
  static func isSupplied(_ path: String) -> Bool {
    switch path {
    case "__init__.py", "basic_agent.py", "utils/azure_file_storage.py",
      "utils/local_file_storage.py", "utils/local_storage.py", "utils/storage_factory.py",
      "utils/result.py", "utils/environment.py":
      true
    default:
      path.hasPrefix("openrappter/")
    }
  }
}
