/// One thing that is not as it should be, and what to do about it.
public struct Finding: Sendable, Equatable {
  /// A stable word for what was found; printed as `code` in JSON.
  public enum Code: String, Sendable, CaseIterable {
    /// No Python that can run agents.
    case python
    /// The root, or something in it, cannot be used by this user.
    case rootUnusable = "root_unusable"
    /// Something below the root belongs to another user.
    case otherOwner = "other_owner"
    /// Other users of the machine can read something below the root.
    case readableByOthers = "readable_by_others"
    /// Something below the root lacks permissions that its owner needs.
    case missingPermission = "missing_permission"
    /// The root is on a network file system.
    case networkFileSystem = "network_file_system"
    /// Kernel locks do not exclude each other on the root's file system.
    case noLocks = "no_locks"
    /// Two folders cannot be exchanged in one step on the root's file system.
    case noExchange = "no_exchange"
    /// A swarm without a readable manifest.
    case damagedSwarm = "damaged_swarm"
    /// Something among the swarms that is none.
    case strangeFolder = "strange_folder"
    /// A deploy was cut off between its two steps.
    case halfSwitched = "half_switched"
    /// An agent file differs from the manifest's SHA-256.
    case agentChanged = "agent_changed"
    /// An agent file of the manifest is missing.
    case agentMissing = "agent_missing"
    /// An agent file is not in the manifest.
    case agentExtra = "agent_extra"
    /// Agents did not load, for want of a package.
    case missingPackage = "missing_package"
    /// A memory file is not JSON.
    case invalidMemory = "invalid_memory"
    /// A memory file cannot be read.
    case unreadableMemory = "unreadable_memory"
    /// A symbolic link where memory belongs.
    case memoryLink = "memory_link"
    /// A namespace whose name is not in lower case, which hides it from some programs.
    case namespaceCase = "namespace_case"
    /// A namespace without `memory.json`.
    case emptyNamespace = "empty_namespace"
    /// Something in `memory/` that is no namespace.
    case strangeMemory = "strange_memory"
    /// What an operation that died left in staging.
    case deadStaging = "dead_staging"
    /// Memory that a run could not commit, or that was torn.
    case keptMemory = "kept_memory"
    /// A cache about a swarm that is gone.
    case staleCache = "stale_cache"
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
