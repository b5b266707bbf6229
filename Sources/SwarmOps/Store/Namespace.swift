/// The memory of one user in one swarm, or the shared memory of anonymous calls.
public enum Namespace: Sendable, Hashable {
  /// Anonymous calls.
  case shared
  /// One user.
  case user(GUID)

  /// Reads a user as people and programs give it.
  ///
  /// A mistyped GUID must never send a user's memory to ``shared``, so only a GUID and the
  /// sentinel are accepted.
  ///
  /// - Parameter text: A GUID in any case, or the sentinel.
  /// - Throws: ``SwarmError/Code/badUser`` for anything else.
  public init(user text: String) throws(SwarmError) {
    if let guid = GUID(text) {
      self = .user(guid)
    } else if text.lowercased() == GUID.anonymousSentinel {
      self = .shared
    } else {
      throw SwarmError(
        .badUser, "\"\(text.shortened)\" is no user GUID",
        hint: "a user GUID has 8-4-4-4-12 hexadecimal digits")
    }
  }

  /// The namespace's folder below `memory/`.
  public var folderName: String {
    switch self {
    case .shared: "shared"
    case .user(let guid): guid.description
    }
  }

  /// The user, or `nil` for ``shared``.
  public var user: GUID? {
    switch self {
    case .shared: nil
    case .user(let guid): guid
    }
  }
}
