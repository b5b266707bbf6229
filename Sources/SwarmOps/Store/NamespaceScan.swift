/// What lies in one swarm's `memory/` folder, one by one and without reading any file.
package enum NamespaceScan {
  /// One thing in the folder.
  package struct Item: Sendable, Equatable {
    /// Its name in the folder.
    package let folderName: String
    /// The namespace, or `nil` for what is none.
    package let namespace: Namespace?
    /// Bytes of `memory.json`; 0 where there is none.
    package let bytes: Int
    /// Last change of `memory.json`, in nanoseconds since 1970; 0 where there is none.
    package let modified: Int64
    /// What is odd about it, or `nil`.
    package let oddity: String?
  }

  /// Calls `body` with each item, in the order of the file system; memory use does not grow.
  ///
  /// Symbolic links are reported and never followed.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - body: Takes an item and says whether to go on.
  /// - Throws: ``SwarmError/Code/io`` where the folder cannot be read, or what `body` throws.
  package static func forEach(
    in swarm: GUID, layout: SwarmLayout, _ body: (Item) throws(SwarmError) -> Bool
  ) throws(SwarmError) {
    let folder = layout.memory(swarm)
    let stream: FolderStream
    do throws(SystemError) {
      stream = try FolderStream(folder)
    } catch {
      let failure = error.describing("list", folder)
      guard failure.isMissing || failure.isLink else { throw failure }
      // Nothing below a swarm's folder that is a file is no memory either.
      guard try FileSystem.status(folder) != nil else { return }
      throw SwarmError(
        .io, "\(folder) is not a folder; it is not followed", hint: .run(.doctor, "says more"),
        path: folder)
    }
    while let entry = try next(stream, folder) {
      if try !body(item(entry, in: stream)) { return }
    }
  }

  private static func next(_ stream: FolderStream, _ folder: String) throws(SwarmError)
    -> FolderStream.Entry?
  {
    do throws(SystemError) {
      return try stream.next()
    } catch {
      throw error.describing("list", folder)
    }
  }

  private static func item(_ entry: FolderStream.Entry, in folder: FolderStream) -> Item {
    let name = entry.text
    func odd(_ oddity: String, _ namespace: Namespace? = nil) -> Item {
      Item(folderName: name, namespace: namespace, bytes: 0, modified: 0, oddity: oddity)
    }
    var kind = entry.kind
    if kind == nil {
      kind = (try? folder.status(entry.name))?.kind
      if kind == nil { return odd("it cannot be looked at") }
    }
    guard kind == .folder else {
      return odd(kind == .link ? "a symbolic link; it is not followed" : "not a folder")
    }
    let namespace = Namespace(folderName: name)
    let status: FileStatus
    do throws(SystemError) {
      status = try folder.status(name + "/" + SwarmLayout.memoryName)
    } catch {
      return odd(error.isMissing ? "no memory.json in it" : "it cannot be read", namespace)
    }
    guard status.kind == .file else { return odd("memory.json is not a regular file", namespace) }
    let oddity: String?
    switch namespace {
    case nil: oddity = "its name is neither a GUID nor \"shared\""
    case .shared?: oddity = nil
    case .user?: oddity = GUID.isLowercase(name) ? nil : "its name is not in lower case"
    }
    return Item(
      folderName: name, namespace: namespace, bytes: status.size, modified: status.modified,
      oddity: oddity)
  }
}

extension Namespace {
  /// Reads the name of a folder in `memory/`: a GUID in any case or `shared`.
  init?(folderName: String) {
    if folderName == "shared" {
      self = .shared
    } else if let guid = GUID(folderName) {
      self = .user(guid)
    } else {
      return nil
    }
  }
}
