/// Finds every place of ours, and of other servers with the same layout, that holds a user's memory.
struct ForgetPlaces {
  /// One folder, link or file that belongs to the user alone.
  struct Place {
    let path: String
    let kind: ForgetReceipt.PlaceKind
    /// The swarm it belongs to, where the path says so.
    let swarm: GUID?
  }

  let layout: SwarmLayout
  let user: GUID

  /// The user's namespaces and those in snapshots, below every folder in `swarms/`.
  func inSwarms() throws(SwarmError) -> [Place] {
    var places: [Place] = []
    for name in try names(layout.swarms) {
      let folder = layout.swarms + "/" + name
      guard try FileSystem.status(folder)?.kind == .folder else { continue }
      let swarm = GUID(name)
      for found in try NamespaceFolder.names(of: user, in: folder + "/memory") {
        places.append(Place(path: "\(folder)/memory/\(found)", kind: .memory, swarm: swarm))
      }
      try collect(folder + "/snapshots", swarm, kind: .snapshot, into: &places)
    }
    return places
  }

  /// What runs of the user could not commit.
  func inKept() throws(SwarmError) -> [Place] {
    var places: [Place] = []
    for name in try names(layout.kept) {
      let folder = layout.kept + "/" + name
      for found in try readable({ () throws(SwarmError) in
        try NamespaceFolder.names(of: user, in: folder)
      }) {
        places.append(Place(path: folder + "/" + found, kind: .kept, swarm: GUID(name)))
      }
    }
    return places
  }

  /// What the user's memories were before their changes.
  func inVersions() throws(SwarmError) -> [Place] {
    var places: [Place] = []
    for name in try names(layout.versions) {
      let folder = layout.versions + "/" + name
      for found in try NamespaceFolder.names(of: user, in: folder) {
        places.append(Place(path: folder + "/" + found, kind: .version, swarm: GUID(name)))
      }
    }
    return places
  }

  /// Copies in the folders of operations that are under way or were cut off.
  func inStaging() throws(SwarmError) -> [Place] {
    var places: [Place] = []
    for folder in StagingFolder.folders(layout) {
      for name in try names(folder) {
        try collect(folder + "/" + name, nil, kind: .staging, into: &places)
      }
    }
    return places
  }

  /// Folders named `memory` at any depth, and in them the user's.
  private func collect(
    _ folder: String, _ swarm: GUID?, kind: ForgetReceipt.PlaceKind, into places: inout [Place]
  ) throws(SwarmError) {
    guard try FileSystem.status(folder)?.kind == .folder else { return }
    for name in try names(folder) {
      let path = folder + "/" + name
      guard try FileSystem.status(path)?.kind == .folder else { continue }
      guard name == "memory" else {
        try collect(path, swarm ?? GUID(name), kind: kind, into: &places)
        continue
      }
      for found in try NamespaceFolder.names(of: user, in: path) {
        places.append(Place(path: path + "/" + found, kind: kind, swarm: swarm))
      }
    }
  }

  /// The names in a folder that are texts, as those of all our folders are.
  ///
  /// Runs and deploys come and go meanwhile: what has vanished holds nothing. Of our own state, what
  /// belongs to another user is passed over here; the search in the end says that it was not looked at.
  private func names(_ folder: String) throws(SwarmError) -> [String] {
    try readable { () throws(SwarmError) in
      try FileSystem.names(in: folder, followLinks: folder == layout.swarms)
    }.compactMap(\.exactText)
  }

  private func readable<Name>(_ list: () throws(SwarmError) -> [Name]) throws(SwarmError) -> [Name]
  {
    do throws(SwarmError) {
      return try list()
    } catch {
      if error.isMissing || error.isLink { return [] }
      if error.isRefusedWriting, error.path?.hasPrefix(layout.state) == true { return [] }
      throw error
    }
  }
}
