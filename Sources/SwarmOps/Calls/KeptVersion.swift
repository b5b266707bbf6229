#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Versions of a memory that could not be committed, kept where they can be looked at.
enum KeptVersion {
  /// Keeps bytes as a file.
  ///
  /// - Parameters:
  ///   - bytes: The content of a `memory.json`.
  ///   - swarm: The swarm.
  ///   - namespace: The namespace.
  ///   - reason: The end of the folder's name.
  ///   - layout: The root.
  /// - Returns: The file's path.
  static func keep(
    _ bytes: [UInt8], of swarm: GUID, _ namespace: Namespace, reason: String, layout: SwarmLayout
  ) throws(SwarmError) -> String {
    let folder = name(swarm, namespace, reason, layout)
    try FileSystem.makeFolders(folder)
    let kept = folder + "/memory.json"
    try FileSystem.create(kept, bytes, sync: true)
    try FileSystem.sync(folder)
    try FileSystem.sync(layout.kept(swarm, namespace))
    return kept
  }

  /// Keeps a folder, by moving it away.
  ///
  /// - Parameters:
  ///   - copy: The folder, on the root's file system.
  ///   - swarm: The swarm.
  ///   - namespace: The namespace.
  ///   - reason: The end of the folder's name.
  ///   - layout: The root.
  /// - Returns: The path of the kept memory, or of the folder where there is none in it.
  static func keep(
    folder copy: String, of swarm: GUID, _ namespace: Namespace, reason: String,
    layout: SwarmLayout
  ) throws(SwarmError) -> String {
    let place = layout.kept(swarm, namespace)
    try FileSystem.makeFolders(place)
    let kept = name(swarm, namespace, reason, layout)
    _ = chmod(copy, FileSystem.folderMode)
    try FileSystem.rename(copy, to: kept)
    try FileSystem.sync(place)
    let memory = kept + "/memory.json"
    return try FileSystem.status(memory) == nil ? kept : memory
  }

  /// A free name; one process may keep several within a second.
  private static func name(
    _ swarm: GUID, _ namespace: Namespace, _ reason: String, _ layout: SwarmLayout
  ) -> String {
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    return "\(layout.kept(swarm, namespace))/\(Timestamp.now().compact)-\(getpid())-\(random)"
      + "-\(reason)"
  }
}
