/// Reads deployed swarms back as bundles.
public struct SwarmExport: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares exports.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  public init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// The bundle that a swarm was deployed from, as it is on disk now.
  ///
  /// No lock is taken: a deploy switches the whole folder, so what is read is checked to be of one
  /// deploy instead, and read again where it is not. A root that cannot be written can be exported.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: Its bundle.
  /// - Throws: ``SwarmError/Code/badData`` for a damaged swarm, ``SwarmError/Code/noSuchSwarm``.
  public func bundle(_ swarm: GUID) throws(SwarmError) -> SwarmBundle {
    let folder = store.layout.swarm(swarm)
    while true {
      _ = try store.manifest(swarm)
      let before = try FileSystem.status(folder)
      let bundle: Result<SwarmBundle, SwarmError>
      do throws(SwarmError) {
        bundle = .success(try SwarmBundle.deployed(folder: folder, swarm: swarm))
      } catch {
        bundle = .failure(error)
      }
      let after = try FileSystem.status(folder)
      if before?.inode == after?.inode { return try bundle.get() }
    }
  }
}
