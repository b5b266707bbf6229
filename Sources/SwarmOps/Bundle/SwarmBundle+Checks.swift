extension SwarmBundle {
  /// What is wrong with a swarm's name, completing "the name … ", or `nil`.
  ///
  /// Any visible text is a name, also one that looks like a GUID or a flag.
  ///
  /// - Parameter name: The name.
  /// - Returns: The problem, such as "is empty".
  package static func nameProblem(_ name: String) -> String? {
    let scalars = name.unicodeScalars
    if scalars.allSatisfy(\.properties.isWhitespace) { return "is empty" }
    if scalars.contains(where: \.isControl) { return "\(name.quoted) holds a control character" }
    if scalars.count > 255 { return "is \(scalars.count) characters long; at most 255 are allowed" }
    return nil
  }

  /// What messages call the files that are no agents.
  static let filesName = "helper modules and data files"

  static func checkCount(_ count: Int, of what: String, in file: String) throws(SwarmError) {
    guard count > maximumAgents else { return }
    throw SwarmError(
      .badBundle, "\(file) holds \(count) \(what); at most \(maximumAgents) are allowed",
      hint: "split it into several swarms", path: file)
  }

  static func tooLarge(_ file: String) -> SwarmError {
    SwarmError(
      .badBundle, "\(file) holds more than \(maximumBytes >> 20) MiB",
      hint:
        "a bundle is agents' source code and what little data it names; keep the rest out of it",
      path: file)
  }

  /// Checks what concerns the bundle as a whole: that there are agents, that no two files are one,
  /// and the size.
  ///
  /// - Parameter file: Where the bundle comes from, for messages.
  func check(_ file: String) throws(SwarmError) {
    guard !agents.isEmpty else {
      throw SwarmError(
        .badBundle, "\(file) holds no agent",
        hint: "an agent is a Python file named *\(AgentFileName.suffix)", path: file)
    }
    try Self.checkCount(agents.count, of: "agents", in: file)
    try Self.checkCount(helpers.count, of: Self.filesName, in: file)
    try checkFileNames(file)
    guard weight <= Self.maximumBytes else { throw Self.tooLarge(file) }
  }

  /// File systems that ignore case would silently keep one of two such files, so both are refused
  /// everywhere and a bundle means the same on every machine.
  private func checkFileNames(_ file: String) throws(SwarmError) {
    var names: [String: String] = [:]
    for name in agents.map(\.fileName) + helpers.map(\.path) {
      guard let earlier = names.updateValue(name, forKey: FileNameRule.folded(name)) else {
        continue
      }
      let same = earlier.hasSameBytes(as: name)
      throw SwarmError(
        .badBundle,
        same
          ? "\(file) holds two files named \(name.quoted)"
          : "\(file) holds \(earlier.quoted) and \(name.quoted), which differ only in case",
        hint: same
          ? "remove or rename one of them"
          : "rename one of them: some file systems take them for one file", path: file)
    }
    for helper in helpers {
      var folder = FileNameRule.folded(helper.path)[...]
      while let slash = folder.utf8.lastIndex(of: 0x2F) {
        folder = folder[..<slash]
        if let other = names[String(folder)] {
          throw SwarmError(
            .badBundle, "\(file) holds \(other.quoted) as a file and as a folder",
            hint: "rename one of them", path: file)
        }
      }
    }
  }

  /// The bytes that count: everything a deploy stores, however the bundle was written.
  private var weight: Int {
    var bytes = soul.utf8.count + purpose.utf8.count
    bytes += JSONValue.object(otherFields).serialized().count
    for agent in agents {
      bytes += agent.source.count + JSONValue.object(agent.fields).serialized().count
    }
    for helper in helpers { bytes += helper.source.count }
    return bytes
  }
}
