#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The group of processes that one process leads.
struct ProcessGroup: Sendable, Equatable {
  /// The leader's process id, which is the group's too.
  let id: Int32

  /// Takes a process that leads a group of its own; `nil` for every other.
  ///
  /// The C function is `getpgid`.
  init?(leader: Int32) {
    guard leader > 1, getpgid(leader) == leader else { return nil }
    id = leader
  }

  /// Asks all of it to terminate.
  func terminate() { _ = kill(-id, SIGTERM) }

  /// Ends all of it at once.
  ///
  /// The C function is `kill`. Nobody else has the number for as long as the leader is not collected.
  func end() { _ = kill(-id, SIGKILL) }
}
