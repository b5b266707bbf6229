extension Finding.Code {
  /// A deploy was cut off between its steps.
  package static let halfSwitched = Self(rawValue: "half_switched")
}

/// What deploys may have left between their steps.
enum SwitchChecks {
  static let all: [DoctorCheck] = [formerSwitches, switches]

  /// Those of a version that moved memory in a deploy.
  @Sendable
  private static func formerSwitches(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let layout = examination.layout
    for name in examination.names(layout.swarms)
    where name.hasPrefix(SwarmLayout.formerSwitchPrefix) {
      let path = "\(layout.swarms)/\(name)"
      guard let swarm = GUID(name.dropFirst(SwarmLayout.formerSwitchPrefix.count)) else {
        result.find(
          .strangeFolder, .warning, "\(name) is named like a deploy under way and is none",
          path: path, advice: "look into it and move it away")
        continue
      }
      if examination.swarm == nil || examination.swarm == swarm {
        report(swarm, path, examination, &result)
      }
    }
    return result
  }

  @Sendable
  private static func switches(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    for swarm in examination.swarms {
      report(swarm, examination.layout.nextDeploy(swarm), examination, &result)
    }
    return result
  }

  private static func report(
    _ swarm: GUID, _ path: String, _ examination: Examination, _ result: inout CheckResult
  ) {
    let (layout, locks) = (examination.layout, examination.locks)
    guard (try? FileSystem.status(path)) != nil else { return }
    // A deploy may be at work this very moment; then there is nothing to find.
    guard let lock = try? StoreLocks(layout).trySwarm(swarm) else { return }
    lock.release()
    guard (try? FileSystem.status(path)) != nil else { return }
    result.find(
      .halfSwitched, .warning, "a deploy of swarm \(swarm) was cut off before its last step",
      path: path,
      advice: .all([
        "its memory is where it belongs and the next command on the swarm finishes it",
        .run(.fix, "does it now"),
      ])
    ) { () throws(SwarmError) in
      try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
      return "finished the deploy of swarm \(swarm)"
    }
  }
}
