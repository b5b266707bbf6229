/// Where a bundle comes from.
package enum BundleSource: Sendable {
  /// A JSON file or a folder; a link to either is followed.
  case path(String)
  /// A JSON text that was read already, and what to call it in messages: "standard input".
  case bytes([UInt8], name: String)

  /// What tells one place from another: the path without links, or the name.
  package var origin: String {
    switch self {
    case .bytes(_, let name): return name
    case .path(let path):
      return FileSystem.realPath(path) ?? path
    }
  }
}

/// Turns a bundle of any form into a checked value.
///
/// Nothing is written and nothing of the bundle is run.
package enum BundleReader {
  /// Reads and checks a bundle.
  ///
  /// - Parameters:
  ///   - source: The bundle.
  ///   - name: A name that replaces the bundle's own, from `--name`.
  /// - Returns: The bundle, within every rule of the specification.
  /// - Throws: ``SwarmError/Code/badBundle`` for what breaks a rule, ``SwarmError/Code/noSuchFile``
  ///   where nothing is, ``SwarmError/Code/io`` for what cannot be read, and
  ///   ``SwarmError/Code/usage`` for a `name` that cannot be one.
  package static func read(_ source: BundleSource, named name: String? = nil) throws(SwarmError)
    -> SwarmBundle
  {
    if let name, let problem = SwarmBundle.nameProblem(name) {
      throw SwarmError(.usage, "the name \(problem)", hint: "give the swarm another name")
    }
    switch source {
    case .bytes(let bytes, let file):
      return try BundleDocument.read(bytes, file: file, named: name)
    case .path(let path):
      guard let status = FileSystem.statusFollowingLinks(path) else { throw try missing(path) }
      switch status.kind {
      case .folder: return try BundleFolder.read(path, named: name)
      case .file where path.hasSuffix(".py"):
        throw SwarmError(
          .badBundle, "\(path) is a Python file, not a bundle",
          hint: "deploy the folder that it is in; every *\(AgentFileName.suffix) there is an agent",
          path: path)
      case .file, .link, .other:
        return try BundleDocument.read(try content(path, status), file: path, named: name)
      }
    }
  }

  private static func missing(_ path: String) throws(SwarmError) -> SwarmError {
    let hint: Hint = .bundleForms
    guard let status = try FileSystem.status(path) else {
      return SwarmError(
        .noSuchFile, "\(path) does not exist", hint: hint, path: path)
    }
    guard status.kind == .link else {
      return SwarmError(.io, "cannot read \(path)", path: path)
    }
    return SwarmError(
      .noSuchFile, "\(path) is a symbolic link to nothing", hint: hint,
      path: path)
  }

  /// The content of a file, or of a pipe such as a shell's `<(command)`.
  private static func content(_ path: String, _ status: FileStatus) throws(SwarmError) -> [UInt8] {
    let limit = SwarmBundle.maximumDocumentBytes
    guard status.size <= limit else { throw SwarmBundle.tooLarge(path) }
    let file: Descriptor
    do {
      // A FIFO that nobody writes to would be waited for for ever.
      file = try FileSystem.openWithoutWaiting(path)
    } catch {
      throw error.describing("read", path)
    }
    do {
      return try FileSystem.readToEnd(
        file.number, path: path, expected: status.kind == .file ? status.size : 0, limit: limit)
    } catch {
      throw error.code == .badData ? SwarmBundle.tooLarge(path) : error
    }
  }
}
