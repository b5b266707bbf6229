/// Telling what the fence refused from what would have failed in any case.
extension SandboxPolicy {
  /// What agents asked for in vain.
  ///
  /// - Parameter header: A frame's header, which an agent may have forged.
  func refusals(_ header: JSONObject) -> [SandboxRefusal] {
    guard level != .off else { return [] }
    var refusals: [SandboxRefusal] = []
    for entry in header["refused"]?.array?.prefix(8) ?? [] {
      guard let pair = entry.array, pair.count == 2, let path = pair[0].string else { continue }
      let writes = pair[1].bool ?? (pair[1].int ?? 0 != 0)
      if isRefused(path, writing: writes) { refusals.append(refusal(path, writing: writes)) }
    }
    for name in header["unset"]?.array?.prefix(64).compactMap(\.string) ?? []
    where variables.withheld.contains(name) {
      refusals.append(.variable(name))
    }
    let families = header["sockets"]?.array?.compactMap(\.int) ?? []
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
  ///   - header: The frame that says so.
  func explaining(_ error: SwarmError, _ header: JSONObject) -> SwarmError {
    guard level != .off else { return error }
    var refusals = refusals(header)
    let causes = (header["cause_paths"]?.array ?? []).compactMap(\.string)
    let refused = causes.first { isRefused($0, writing: false) }
    let unwritten = causes.first { isRefused($0, writing: true) }
    if refusals.isEmpty, let path = refused ?? unwritten {
      refusals.append(refusal(path, writing: refused == nil))
    }
    var isCause = refused != nil || unwritten != nil
    if let name = header["cause_variable"]?.string, variables.withheld.contains(name) {
      isCause = true
    }
    switch header["cause_errno"]?.int {
    case 13 where header["sockets"] != nil && !refusals.isEmpty: isCause = true  // EACCES
    case 27 where diskLimit != nil:  // EFBIG
      refusals.append(.fileSize)
      isCause = true
    default: break
    }
    if header["cause_memory"]?.bool == true, memoryLimit != nil {
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
