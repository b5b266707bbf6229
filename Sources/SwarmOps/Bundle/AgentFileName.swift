/// The rule for an agent's file name: a plain `*_agent.py` base name.
package enum AgentFileName {
  /// What every agent's file name ends with.
  package static let suffix = "_agent.py"

  /// Checks a file name before any path is made of it.
  ///
  /// - Parameter name: The name as the bundle gives it.
  /// - Throws: ``SwarmError/Code/badBundle`` that says what is wrong with the name.
  package static func check(_ name: String) throws(SwarmError) {
    guard let problem = problem(name) else { return }
    throw SwarmError(.badBundle, "the file name \(name.quoted) \(problem)", hint: hint)
  }

  /// What to do about a refused name.
  static let hint: Hint = "an agent's file name is a plain base name such as lead_scorer_agent.py"

  /// What is wrong with a file name, completing "the file name … ", or `nil`.
  static func problem(_ name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if let problem = FileNameRule.problem(name) { return problem }
    // Scalars, because a combining mark before the suffix would hide it from Character's view.
    if !name.utf8.ends(with: suffix) { return "does not end with \(suffix)" }
    return nil
  }
}

/// What every file name that comes from a bundle must be, agent or not.
enum FileNameRule {
  /// The most bytes of a file name that file systems take.
  static let maximumBytes = 255

  /// What is wrong with one path component, completing "the file name … ", or `nil`.
  static func problem(_ name: String) -> String? {
    for scalar in name.unicodeScalars {
      if scalar == "/" || scalar == "\\" { return "holds a path separator" }
      if scalar == "\0" { return "holds a NUL character" }
      if scalar.isControl { return "holds a control character" }
    }
    if name.utf8.containsTwoDots { return "holds \"..\"" }
    if name.unicodeScalars.first == "." { return "starts with a dot" }
    if name.utf8.count > maximumBytes {
      return "is \(name.utf8.count) bytes long; at most \(maximumBytes) are allowed"
    }
    return nil
  }

  /// A name as file systems that ignore case and composition see it.
  static func folded(_ path: String) -> String { path.lowercased() }
}

extension Unicode.Scalar {
  /// Whether this is a control character: C0, DEL or C1.
  var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}

extension String.UTF8View {
  /// Whether the text ends with another, byte by byte.
  func ends(with suffix: String) -> Bool { reversed().starts(with: suffix.utf8.reversed()) }

  fileprivate var containsTwoDots: Bool { zip(self, dropFirst()).contains { $0 == (0x2E, 0x2E) } }
}

extension String {
  /// The text in double quotes for a message: control characters spelled out, long texts cut.
  var quoted: String {
    var text = "\""
    for (index, scalar) in unicodeScalars.enumerated() {
      if index == 120 {
        text += "…"
        break
      }
      if scalar.isControl || scalar == "\"" {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
