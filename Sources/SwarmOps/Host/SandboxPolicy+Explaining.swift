/// Telling what the fence refused from what would have failed in any case.
extension SandboxPolicy {
  /// What agents asked for and the fence refused.
  ///
  /// - Parameter notes: What the host noted.
  func refusals(_ notes: SandboxNotes) -> [SandboxRefusal] {
    guard level != .off else { return [] }
    var refusals: [SandboxRefusal] = []
    for (path, isWriting) in notes.paths where isRefused(path, writing: isWriting) {
      refusals.append(refusal(path, writing: isWriting))
    }
    for name in notes.unset where variables.withheld.contains(name) {
      refusals.append(.variable(name))
    }
    let families = notes.sockets ?? []
    if level == .strict, !families.isEmpty {
      refusals.append(.network)
    } else if families.contains(1) {
      refusals.append(.namedSocket)
    }
    return refusals
  }

  /// An error with what the fence had to do with it.
  ///
  /// - Parameters:
  ///   - error: What ended the call.
  ///   - notes: What the host noted of the call.
  func explaining(_ error: SwarmError, _ notes: SandboxNotes) -> SwarmError {
    guard level != .off else { return error }
    var refusals = refusals(notes)
    let causes = notes.causePaths
    let refused = causes.first { isRefused($0, writing: false) }
    let unwritten = causes.first { isRefused($0, writing: true) }
    if refusals.isEmpty, let path = refused ?? unwritten {
      refusals.append(refusal(path, writing: refused == nil))
    }
    var isCause = refused != nil || unwritten != nil
    if let name = notes.causeVariable, variables.withheld.contains(name) {
      isCause = true
    }
    switch notes.causeNumber {
    case 13 where notes.sockets != nil && !refusals.isEmpty: isCause = true  // EACCES
    case 27 where diskLimit != nil:  // EFBIG
      refusals.append(.fileSize)
      isCause = true
    default: break
    }
    if notes.isOutOfMemory, memoryLimit != nil {
      refusals.append(.memory)
      isCause = true
    }
    guard !refusals.isEmpty else { return error }
    var error = error
    if isCause, error.code == .agentFailed { error.code = .refused }
    error.hint = .all(refusals.map(\.hint) + (error.hint.map { [$0] } ?? []))
    return error
  }

  /// Whether it was the fence that refused a path, and not the file's own permissions.
  private func isRefused(_ path: String, writing: Bool) -> Bool {
    guard path.hasPrefix("/"), Fence.possible.landlock > 0 else { return false }
    if let real = FileSystem.realPath(path) {
      return !allows(real, writing: writing) && FileSystem.isPermitted(real, writing: writing)
    }
    // Something that was to be made.
    guard writing, let slash = path.lastIndex(of: "/"),
      let folder = FileSystem.realPath(slash == path.startIndex ? "/" : String(path[..<slash]))
    else { return false }
    return !allows(folder, writing: true) && FileSystem.isPermitted(folder, writing: true)
  }

  private func allows(_ real: String, writing: Bool) -> Bool {
    let allowed = writing ? writable : readable + writable
    return (allowed + SystemFolders.devices).contains { path in
      PathPrefix.contains(path, real)
        || FileSystem.realPath(path).map { PathPrefix.contains($0, real) } ?? false
    }
  }

  private func refusal(_ path: String, writing: Bool) -> SandboxRefusal {
    guard let real = FileSystem.realPath(path) else { return .making(path) }
    if PathPrefix.contains(root, real) || PathPrefix.contains(real, root) {
      return .everyonesMemory(path)
    }
    return writing ? .changing(path) : .reading(path)
  }
}
