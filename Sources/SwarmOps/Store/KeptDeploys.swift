/// The earlier deploys of a swarm: agents and manifest of each, never memory.
///
/// They lie in the swarm's folder under a name that other programs do not look at, and go with it.
struct KeptDeploys {
  /// How many deploys are kept, the one in place included.
  static let limit = 5

  let layout: SwarmLayout
  let swarm: GUID

  /// The numbers of the earlier deploys, the latest first.
  func numbers() throws(SwarmError) -> [Int] {
    let folder = layout.deploys(swarm)
    guard try FileSystem.status(folder)?.kind == .folder else { return [] }
    return try FileSystem.list(folder).compactMap { name in
      Int(name).flatMap { DeployNote.numbers.contains($0) && String($0) == name ? $0 : nil }
    }.sorted(by: >)
  }

  /// The number of the deploy that is in place.
  func current() throws(SwarmError) -> Int {
    if let note = (try? SwarmManifest.read(layout.manifest(swarm)))?.deploy { return note.number }
    return try (numbers().first ?? 0) + 1
  }

  /// The number of the deploy after the one in place.
  func next() throws(SwarmError) -> Int {
    guard try FileSystem.status(layout.swarm(swarm)) != nil else { return 1 }
    return try max(current(), numbers().first ?? 0) + 1
  }

  /// Adds what a deploy replaced, and removes what is older than the limit.
  ///
  /// The caller holds the swarm alone.
  ///
  /// - Parameters:
  ///   - folder: The folder that holds it, beside its new name.
  ///   - number: Its number.
  func add(_ folder: String, number: Int) throws(SwarmError) {
    let staging = try StagingFolder.make(in: layout.staging)
    let place = layout.deploy(swarm, number)
    try FileChanges.perform { changes throws(SwarmError) in
      if try FileSystem.status(place) != nil {
        try changes.remove(place, to: staging.path + "/same")
      }
      try changes.move(folder, to: place)
      for old in try numbers().dropFirst(Self.limit - 1) {
        try changes.remove(layout.deploy(swarm, old), to: staging.path + "/\(old)")
      }
    }
    try staging.remove()
  }
}
