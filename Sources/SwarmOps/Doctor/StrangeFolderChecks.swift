extension Finding.Code {
  /// Something among the swarms that is none.
  package static let strangeFolder = Self(rawValue: "strange_folder")
}

/// What lies among the swarms and is none.
enum StrangeFolderChecks {
  static let all: [DoctorCheck] = [names]

  @Sendable
  private static func names(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    guard examination.swarm == nil else { return result }
    let (guids, others) = (try? examination.store.folderNames()) ?? ([], [])
    for name in others { report(name, examination.layout, &result) }
    result.fact("swarms", "\(guids.count)")
    return result
  }

  private static func report(
    _ name: String, _ layout: SwarmLayout, _ result: inout CheckResult
  ) {
    let path = "\(layout.swarms)/\(name)"
    let advice: Hint
    if let guid = GUID(name) {
      advice =
        "other programs may not find it either: if nothing else is called \(guid), rename it to that"
    } else {
      advice = "move it out of \(layout.swarms); nothing here reads it"
    }
    result.find(
      .strangeFolder, .warning, "\(name) among the swarms has no GUID in lower case for a name",
      path: path, advice: advice)
  }
}
