/// The rule for the path below `agents/` of a helper module or data file, and which are none.
package enum HelperPath {
  /// The most bytes of a whole path.
  static let maximumBytes = 1_024

  /// Checks a path before anything is made of it.
  ///
  /// - Parameter path: The path as the bundle gives it, such as `lib/text.py`.
  /// - Throws: ``SwarmError/Code/badBundle`` that says what is wrong with the path.
  package static func check(_ path: String) throws(SwarmError) {
    guard let problem = problem(path) else { return }
    throw SwarmError(.badBundle, "the file \(path.quoted) \(problem)", hint: hint)
  }

  /// What to do about a refused path.
  static let hint: Hint = "a file's path is relative to the agents, such as lib/text.py"

  /// What is wrong with a path, completing "the file … ", or `nil`.
  static func problem(_ path: String) -> String? {
    if path.isEmpty { return "is empty" }
    if path.utf8.count > maximumBytes { return "has a path of more than \(maximumBytes) bytes" }
    let components = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    for component in components {
      if component.isEmpty { return "has an absolute path or an empty path component" }
      if let problem = FileNameRule.problem(String(Substring(component))) { return problem }
    }
    // On a file system that ignores case these would be an agent or the host's own module as well.
    let folded = FileNameRule.folded(path)
    if components.count == 1 && folded.utf8.ends(with: AgentFileName.suffix) {
      return "is named like an agent; list it under agents"
    }
    if folded == "__init__.py" { return "would make a package of the agents' folder" }
    return nil
  }

  /// Whether this is a Python module; anything else is data.
  static func isModule(_ path: String) -> Bool {
    FileNameRule.folded(path).utf8.ends(with: ".py")
  }

  /// Whether this belongs to the bundle itself, where agents lie beside its top, so that a mention
  /// does not make data of it.
  static func isAboutBundle(_ path: String) -> Bool {
    let folded = FileNameRule.folded(path)
    return folded == SwarmLayout.manifestName || folded == SwarmLayout.soulName
      || folded.hasPrefix("readme")
      || folded.hasPrefix("license") || folded.utf8.ends(with: ".swarm.json")
  }

  /// Whether the agent host supplies this module itself, so that a bundle's own copy stays behind.
  static func isSupplied(_ path: String) -> Bool {
    switch path {
    case "__init__.py", "basic_agent.py", "skills/basic_agent.py", "utils/azure_file_storage.py",
      "utils/dynamics_storage.py", "utils/local_file_storage.py", "utils/local_storage.py",
      "utils/storage_factory.py", "utils/result.py", "utils/environment.py":
      true
    default:
      path.hasPrefix("openrappter/")
    }
  }
}
