/// What was done to make one user's memory vanish, or what would be done.
package struct ForgetReceipt: Sendable {
  /// What kind of place something was in.
  package enum PlaceKind: String, Sendable {
    /// A swarm's `memory/`.
    case memory
    /// What a run could not commit.
    case kept
    /// A snapshot, whoever made it.
    case snapshot
    /// What a memory was before a change.
    case version
    /// Lines of the history of calls.
    case history
    /// A copy of an operation that was cut off.
    case staging
  }

  /// One file that went, or that would.
  package struct Item: Sendable {
    /// The path, as the file system has it.
    let file: FilePath
    /// Its path for people.
    package var path: String { file.text }
    /// What kind of place it was in.
    package let place: PlaceKind
    /// The swarm, where the path says so.
    package let swarm: GUID?
    /// What it was: a file, a link (what it led to stays), or an empty folder.
    package let kind: FileStatus.Kind
    /// Entries, of a memory file that can be counted.
    package let entries: Int?
    /// Its bytes; of a link 0.
    package let bytes: Int
    /// SHA-256 of its bytes, in hexadecimal; `nil` for what is no file.
    package let sha256: String?
    /// When it went; `nil` while it is there.
    package internal(set) var forgottenAt: Timestamp?
  }

  /// Something under the root that still holds the user's GUID, or was not searched.
  package struct Remainder: Sendable, Equatable {
    /// Where.
    package let path: String
    /// Why.
    package let reason: String
  }

  /// The user.
  package let user: GUID
  /// Every file that went, or would go.
  package internal(set) var items: [Item] = []
  /// The names that the user had, or has.
  package internal(set) var names: [String] = []
  /// What is left under the root; empty when the user's GUID is nowhere in it.
  package internal(set) var remaining: [Remainder] = []
  /// Files that were searched for the GUID in the end.
  package internal(set) var searchedFiles = 0
  /// Bytes that were searched.
  package internal(set) var searchedBytes = 0
  /// The sealed swarms whose memory went all the same: the law does not stop at a seal.
  package internal(set) var brokenSeals: [GUID] = []
  /// When the receipt was made.
  package internal(set) var time: Timestamp
}
