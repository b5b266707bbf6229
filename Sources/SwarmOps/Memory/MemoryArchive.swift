/// Memory in transit: one JSON document that gives the same bytes back.
///
/// What the files hold is at hand or in files of an operation's folder, so that neither an export nor
/// an import needs memory that grows with the document.
package struct MemoryArchive {
  /// The schema of the document.
  package static let schema = "swarmctl-memory/1"

  /// One namespace.
  package struct Memory: Sendable {
    /// The namespace.
    package let namespace: Namespace
    /// Its files, `memory.json` first.
    package let files: [File]

    /// Makes a memory.
    ///
    /// - Parameters:
    ///   - namespace: The namespace.
    ///   - files: Its files.
    package init(namespace: Namespace, files: [File]) {
      self.namespace = namespace
      self.files = files
    }

    /// This memory for another namespace.
    ///
    /// - Parameter namespace: The namespace.
    /// - Returns: The same files.
    package func moved(to namespace: Namespace) -> Memory {
      Memory(namespace: namespace, files: files)
    }

    /// Writes the memory as it stands in the document, piece by piece.
    ///
    /// - Parameter sink: Takes the next bytes; what was begun is closed also where an error ends it.
    /// - Throws: What `sink` throws, ``SwarmError/Code/io``, or ``SwarmError/Code/busy`` for a file
    ///   that changed meanwhile.
    func write(to sink: ([UInt8]) throws(SwarmError) -> Void) throws(SwarmError) {
      try sink(Array("{\"user_guid\":\"\(namespace.folderName)\",\"files\":[".utf8))
      let closing = Array("]}".utf8)
      do throws(SwarmError) {
        for (index, file) in files.enumerated() {
          try file.write(after: index == 0 ? "" : ",", to: sink)
        }
      } catch {
        try? sink(closing)
        throw error
      }
      try sink(closing)
    }
  }

  /// The memories.
  package let memories: [Memory]
  /// Whether they come from an export, which says whose they are.
  package let isExport: Bool
  /// The folder that files of the memories lie in, as long as anybody has the archive.
  let staging: StagingFolder?

  init(memories: [Memory], isExport: Bool, staging: StagingFolder?) {
    self.memories = memories
    self.isExport = isExport
    self.staging = staging
  }

  /// Makes an archive of one `memory.json`.
  ///
  /// - Parameters:
  ///   - bytes: One JSON value.
  ///   - namespace: Whose memory it becomes.
  package init(memoryFile bytes: [UInt8], of namespace: Namespace) {
    let file = File(path: FilePath(SwarmLayout.memoryName), bytes: bytes)
    self.init(
      memories: [Memory(namespace: namespace, files: [file])], isExport: false, staging: nil)
  }

  /// The same archive with other memories.
  ///
  /// - Parameter memories: Some of its memories.
  /// - Returns: The archive.
  package func with(_ memories: [Memory]) -> MemoryArchive {
    MemoryArchive(memories: memories, isExport: isExport, staging: staging)
  }
}
