/// The deploys of a swarm that are kept: the one in place and those before it.
package struct DeployHistory: Sendable {
  /// One deploy.
  package struct Deploy: Sendable, Equatable {
    /// Its number; the first deploy of a swarm has 1.
    package let number: Int
    /// Whether it is the one in place.
    package let isCurrent: Bool
    /// When it was, in ISO 8601; empty where another program made it.
    package let time: String
    /// Where its bundle came from; empty where that is not known.
    package let origin: String
    /// The number of the deploy that it brought back.
    package let restored: Int?
    /// The swarm's name in it.
    package let name: String
    /// How many agents its manifest counts.
    package let agentCount: Int
    /// What is wrong with it, or `nil`.
    package let damage: String?
  }

  private let store: SwarmStore
  private let locks: LockOptions

  /// Opens the deploys of a root.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// What there is, the one in place first.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/io`` where it cannot be read.
  package func deploys(of swarm: GUID) throws(SwarmError) -> [Deploy] {
    let layout = store.layout
    return try SwarmSwitch.readUnlocked(swarm, layout: layout, locks: locks) {
      () throws(SwarmError) in
      let kept = KeptDeploys(layout: layout, swarm: swarm)
      var deploys = [
        Self.deploy(try kept.current(), layout.manifest(swarm), isCurrent: true)
      ]
      for number in try kept.numbers() {
        deploys.append(Self.deploy(number, manifest(swarm, number), isCurrent: false))
      }
      return deploys
    }
  }

  private func manifest(_ swarm: GUID, _ number: Int) -> String {
    store.layout.deploy(swarm, number) + "/" + SwarmLayout.manifestName
  }

  private static func deploy(_ number: Int, _ path: String, isCurrent: Bool) -> Deploy {
    do throws(SwarmError) {
      let manifest = try SwarmManifest.read(path)
      return Deploy(
        number: number, isCurrent: isCurrent, time: manifest.deploy?.time ?? "",
        origin: manifest.deploy?.origin ?? "", restored: manifest.deploy?.restored,
        name: manifest.name, agentCount: manifest.agentCount, damage: nil)
    } catch {
      return Deploy(
        number: number, isCurrent: isCurrent, time: "", origin: "", restored: nil, name: "",
        agentCount: 0, damage: error.message)
    }
  }

  /// An earlier deploy, to be deployed again.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - number: Its number; `nil` for the one before the one in place.
  /// - Returns: The deploy, and its agents as a bundle for the swarm.
  /// - Throws: ``SwarmError/Code/noSuchDeploy``; ``SwarmError/Code/badData`` for a damaged one.
  package func bundle(of swarm: GUID, number: Int?) throws(SwarmError) -> (Deploy, SwarmBundle) {
    let deploys = try deploys(of: swarm)
    let found =
      number.map { number in deploys.first { $0.number == number } }
      ?? deploys.first { !$0.isCurrent }
    guard let deploy = found else {
      let numbers = deploys.map { "\($0.number)" }
      throw SwarmError(
        .noSuchDeploy,
        number.map { "deploy \($0) of swarm \(swarm) is not kept" }
          ?? "no earlier deploy of swarm \(swarm) is kept",
        hint: numbers.count > 1
          ? "there are \(numbers.joined(separator: ", "))"
          : "the last \(KeptDeploys.limit) deploys are kept, and this swarm had one",
        available: numbers)
    }
    let folder =
      deploy.isCurrent
      ? store.layout.swarm(swarm) : store.layout.deploy(swarm, deploy.number)
    return (deploy, try SwarmBundle.deployed(folder: folder, swarm: swarm))
  }
}
