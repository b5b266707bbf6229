/// What the host noted that agents asked for in vain: each key of it is spelled here and in the host's
/// Python.
///
/// An agent can forge all of it, so nothing follows from it alone: ``SandboxPolicy`` looks again.
struct SandboxNotes: Sendable {
  /// Paths that could not be opened.
  let paths: [(path: String, isWriting: Bool)]
  /// Variables that were looked for and not set.
  let unset: [String]
  /// Families of sockets that could not be made, as the C function `socket` numbers them; `nil` where
  /// none was asked for.
  let sockets: [Int]?
  /// Paths that the exception names which ended the call.
  let causePaths: [String]
  /// The variable that this exception names.
  let causeVariable: String?
  /// The `errno` of this exception.
  let causeNumber: Int?
  /// Whether it says that there was no memory.
  let isOutOfMemory: Bool

  /// The most paths, and the most names of variables, that are looked at.
  private static let most = (paths: 8, names: 64)

  /// Reads the members of a frame's header.
  init(_ header: JSONObject) {
    paths = (header["refused"]?.array?.prefix(Self.most.paths) ?? []).compactMap { entry in
      guard let pair = entry.array, pair.count == 2, let path = pair[0].string else { return nil }
      return (path, pair[1].bool ?? (pair[1].int ?? 0 != 0))
    }
    unset = header["unset"]?.array?.prefix(Self.most.names).compactMap(\.string) ?? []
    sockets = header["sockets"].map { $0.array?.compactMap(\.int) ?? [] }
    causePaths = (header["cause_paths"]?.array ?? []).compactMap(\.string)
    causeVariable = header["cause_variable"]?.string
    causeNumber = header["cause_errno"]?.int
    isOutOfMemory = header["cause_memory"]?.bool == true
  }
}
