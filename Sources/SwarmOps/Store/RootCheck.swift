/// Whether a folder can be a root, before anything is looked for or made in it.
struct RootCheck {
  let layout: SwarmLayout

  /// Refuses a root that cannot be one; a root that does not exist yet is fine.
  ///
  /// - Throws: ``SwarmError/Code/setup``.
  func check() throws(SwarmError) {
    let status: FileStatus?
    do throws(SwarmError) {
      status = try FileSystem.status(layout.root)
      // A folder that may not be searched looks like an empty one to everything that comes after.
      if status != nil { _ = try FileSystem.status(layout.swarms) }
    } catch {
      throw unreadable(error)
    }
    guard let status else { return try checkPlaceOfRoot() }
    if status.kind == .folder {
      if FileSystem.statusFollowingLinks(layout.swarms) == nil { try checkNotInsideRoot() }
      return
    }
    guard status.kind == .link else {
      throw SwarmError(
        .setup, "the root \(layout.root) is a file, not a folder",
        hint: .use(.root, to: "name another"), path: layout.root)
    }
    guard FileSystem.statusFollowingLinks(layout.root)?.kind == .folder else {
      throw SwarmError(
        .setup, "the root \(layout.root) is a symbolic link that leads to no folder",
        hint: .either(["make the folder that it names", .use(.root, to: "name another")]),
        path: layout.root)
    }
  }

  /// Refuses a new root inside another one, where doctor and other programs would trip over it.
  private func checkNotInsideRoot() throws(SwarmError) {
    var place = layout.root[...]
    while let slash = place.lastIndex(of: "/"), slash != place.startIndex {
      place = place[..<slash]
      let outer = SwarmLayout(root: String(place))
      guard FileSystem.statusFollowingLinks(outer.lockFile) != nil else { continue }
      throw SwarmError(
        .setup, "the root \(layout.root) lies inside another root, \(outer.root)",
        hint: .use(.root, to: "name \(outer.root) or another folder"), path: layout.root)
    }
  }

  /// Refuses a root that does not exist and never can, because a file is on the way to it.
  private func checkPlaceOfRoot() throws(SwarmError) {
    try checkNotInsideRoot()
    var place = layout.root[...]
    while let slash = place.lastIndex(of: "/"), slash != place.startIndex {
      place = place[..<slash]
      guard let status = FileSystem.statusFollowingLinks(String(place)) else { continue }
      if status.kind == .folder { return }
      throw SwarmError(
        .setup, "the root \(layout.root) cannot be: \(place) is not a folder",
        hint: .use(.root, to: "name another"), path: layout.root)
    }
  }

  /// The error for a root that may not be read.
  func unreadable(_ error: SwarmError) -> SwarmError {
    SwarmError(
      .setup, "the root \(layout.root.shortenedPath) cannot be read",
      hint: .either([
        error.hint ?? "check its owner and permissions", .use(.root, to: "name another"),
      ]),
      path: error.path, underlying: error.underlying ?? error.message, errno: error.errno)
  }
}
