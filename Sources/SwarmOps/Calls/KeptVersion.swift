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
    try FileChanges.writeTree([(SwarmLayout.memoryPath, bytes)], below: folder)
    return folder + "/" + SwarmLayout.memoryName
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
    let kept = name(swarm, namespace, reason, layout)
    try? FileSystem.setMode(copy, FileSystem.folderMode)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.makeFolders(layout.kept(swarm, namespace))
      try changes.add(kept, from: copy)
    }
    let memory = kept + "/" + SwarmLayout.memoryName
    return try FileSystem.status(memory) == nil ? kept : memory
  }

  /// A free name; one process may keep several within a second.
  private static func name(
    _ swarm: GUID, _ namespace: Namespace, _ reason: String, _ layout: SwarmLayout
  ) -> String {
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    return
      "\(layout.kept(swarm, namespace))/\(Timestamp.now().compact)-\(ProcessTree.current)-\(random)"
      + "-\(reason)"
  }
}
