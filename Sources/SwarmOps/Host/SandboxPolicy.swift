/// What the processes of one call may do: values, from which its fence is made and by which refusals
/// are explained.
struct SandboxPolicy: Sendable {
  /// How much agents are kept from.
  let level: SandboxOptions.Level
  /// What may be read and executed.
  let readable: [String]
  /// What may be changed as well.
  let writable: [String]
  /// Of ``readable``, what the operator and the call bring along, beside the machine's own folders.
  let ownFolders: [String]
  /// The environment of the processes, and what was kept from it.
  let variables: SandboxVariables
  /// The most bytes of address space, or `nil`.
  let memoryLimit: Int?
  /// The most bytes that may be held in ``heldFolders``, or `nil`.
  let diskLimit: Int?
  /// The folders whose content counts.
  let heldFolders: [String]
  /// The root, which nothing can be allowed in.
  let root: String

  /// This policy with folders of one process alone, which may be changed.
  func adding(_ folders: [String]) -> SandboxPolicy {
    guard level != .off else { return self }
    return SandboxPolicy(
      level: level, readable: readable, writable: writable + folders, ownFolders: ownFolders,
      variables: variables, memoryLimit: memoryLimit, diskLimit: diskLimit,
      heldFolders: heldFolders + folders, root: root)
  }

  /// The fence that a process is started in, where there is one.
  var fence: Fence? {
    level == .off ? nil : Fence(rules: rules, forbidsNetwork: isStrict, isStrict: isStrict)
  }

  /// The fence of a process that restricts files itself, later on.
  var fenceWithoutFiles: Fence? {
    level == .off ? nil : Fence(rules: nil, forbidsNetwork: isStrict, isStrict: isStrict)
  }

  private var isStrict: Bool { level == .strict }

  private var rules: [(path: String, access: LandlockAccess)] {
    readable.map { ($0, .reading) } + writable.map { ($0, .changing) }
      + SystemFolders.devices.map {
        ($0, [.readFile, .writeFile, .truncate, .controlDevice])
      }
  }

  // MARK: For the host

  /// The member `sandbox` of a request to a process that was started in ``fence``.
  var member: JSONValue { level == .off ? .null : .object(noted) }

  /// The member `sandbox` of a request to a process that was started in ``fenceWithoutFiles``.
  var memberForLater: JSONValue {
    guard level != .off else { return .null }
    var member = noted
    let version = Landlock.version
    if version > 0 {
      let (words, size) = Landlock.attributes(version: version, forbidsNetwork: isStrict)
      member["fence"] = [
        "strict": .bool(isStrict), "size": .number(JSONNumber(size)),
        "attributes": .array(words.map { .number(JSONNumber(Int($0))) }),
        "rules": .array(
          rules.map { [.string($0.path), .number(JSONNumber(Int($0.access.rawValue)))] }),
      ]
    }
    return .object(member)
  }

  /// What need not be noted when it is asked for.
  private var noted: JSONObject {
    let own = Set(ownFolders)
    let names = readable.map { own.contains($0) ? $0 + "/" : $0 } + SystemFolders.devices
    return [
      "read": .array(names.map { .string($0) }),
      "write": .array((writable.map { $0 + "/" } + SystemFolders.devices).map { .string($0) }),
    ]
  }

  // MARK: Limits

  /// Why a call that holds too much is refused, or `nil`.
  func excess() -> SwarmError? {
    guard let diskLimit else { return nil }
    var held = 0
    for folder in heldFolders {
      for entry in (try? FolderTree.entries(of: folder)) ?? [] where entry.status.kind == .file {
        held = held.addingReportingOverflow(entry.status.size).partialValue
        if held > diskLimit || held < 0 {
          return SwarmError(
            .refused,
            "the sandbox refused the call: it held more than \(diskLimit) bytes in its folders; "
              + "its memory was not changed",
            hint: .allowMore(.diskLimit))
        }
      }
    }
    return nil
  }
}
