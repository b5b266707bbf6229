extension Finding.Code {
  /// A snapshot that cannot be read as one, such as half a copy.
  package static let damagedSnapshot = Self(rawValue: "damaged_snapshot")
}

/// The snapshots of one swarm.
enum SnapshotChecks {
  static let all: [SwarmCheck] = [damaged]

  @Sendable
  private static func damaged(_ examination: Examination, _ swarm: GUID) -> CheckResult {
    var result = CheckResult()
    for snapshot in (try? SwarmSnapshot.all(of: swarm, layout: examination.layout)) ?? [] {
      guard let damage = snapshot.damage else { continue }
      result.find(
        .damagedSnapshot, .warning,
        "snapshot \(snapshot.name) of swarm \(swarm) is damaged: \(damage)", path: snapshot.path,
        advice: .either([
          "look into it and put right what is missing",
          .run(.removeSnapshot("\(swarm)@\(snapshot.name)"), "takes it away"),
        ]))
    }
    return result
  }
}
