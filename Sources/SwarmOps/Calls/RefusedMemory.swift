/// Why what an agent left is refused as a memory.
enum RefusedMemory {
  /// A memory that is no file.
  static let isFolder = SwarmError(
    .invalidMemory, "the agent made memory.json a folder; nothing was changed",
    hint: "an agent writes one JSON value to the file that BRAINSTEM_MEMORY_PATH names")

  /// A memory that is not one JSON value.
  ///
  /// - Parameters:
  ///   - mistake: What is wrong with it.
  ///   - kept: Where the agent's version is, if it could be kept.
  static func isNotJSON(_ mistake: JSONSyntaxError, kept: String?) -> SwarmError {
    SwarmError(
      .invalidMemory,
      "the agent left a memory that is not JSON (line \(mistake.line), column \(mistake.column): "
        + "\(mistake.message)); nothing was changed",
      hint: kept.map { "the agent's version is in \($0)" as Hint }, path: kept)
  }
}
