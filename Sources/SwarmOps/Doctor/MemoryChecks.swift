extension Finding.Code {
  /// A memory file is not JSON.
  package static let invalidMemory = Self(rawValue: "invalid_memory")
  /// A memory file cannot be read.
  package static let unreadableMemory = Self(rawValue: "unreadable_memory")
  /// A symbolic link where memory belongs.
  package static let memoryLink = Self(rawValue: "memory_link")
  /// A namespace whose name is not in lower case, which hides it from some programs.
  package static let namespaceCase = Self(rawValue: "namespace_case")
  /// A namespace without `memory.json`.
  package static let emptyNamespace = Self(rawValue: "empty_namespace")
  /// Something in `memory/` that is no namespace.
  package static let strangeMemory = Self(rawValue: "strange_memory")
}

/// The memory of one swarm.
enum MemoryChecks {
  static let all: [SwarmCheck] = [namespaces]

  @Sendable
  private static func namespaces(_ examination: Examination, _ swarm: GUID) -> CheckResult {
    var result = CheckResult()
    let layout = examination.layout
    // A half-switched swarm reaches its memory through a link of ours; that is reported already.
    if (try? FileSystem.status(layout.formerSwitch(swarm))) != nil { return result }
    var items: [NamespaceScan.Item] = []
    do throws(SwarmError) {
      try NamespaceScan.forEach(in: swarm, layout: layout) { item throws(SwarmError) in
        if item.oddity != nil {
          items.append(item)
        } else if let namespace = item.namespace {
          content(examination, swarm, namespace, &result)
        }
        return true
      }
    } catch {
      result.find(
        .memoryLink, .error, error.message, path: error.path ?? layout.memory(swarm),
        advice: "put the memory itself there: runs refuse to follow it")
    }
    for item in items.sorted(by: { $0.folderName < $1.folderName }) {
      report(item, swarm, layout, &result)
    }
    return result
  }

  private static func report(
    _ item: NamespaceScan.Item, _ swarm: GUID, _ layout: SwarmLayout, _ result: inout CheckResult
  ) {
    let path = "\(layout.memory(swarm))/\(item.folderName)"
    let oddity = item.oddity ?? ""
    if (try? FileSystem.status(path))?.kind == .link {
      return result.find(
        .memoryLink, .error,
        "\(item.folderName) in the memory of swarm \(swarm) is a symbolic link",
        path: path, advice: "put the folder itself there: runs refuse to follow it")
    }
    guard let namespace = item.namespace else {
      return result.find(
        .strangeMemory, .warning,
        "\(item.folderName) in the memory of swarm \(swarm) is no namespace: \(oddity)",
        path: path, advice: "move it away; nothing here reads it")
    }
    if namespace.folderName != item.folderName {
      let twin = layout.memory(swarm, namespace)
      let isSplit = (try? FileSystem.status(twin)) != nil
      return result.find(
        .namespaceCase, .error,
        isSplit
          ? "the memory of user \(namespace.folderName) is split in two: \(item.folderName) is "
            + "another folder"
          : "\(item.folderName) is not in lower case, so runs do not see this memory",
        path: path,
        advice: isSplit
          ? .all([
            "bring it together while nothing runs",
            .run(
              .mergeMemory(
                "\(swarm)", user: namespace.folderName, file: path + "/" + SwarmLayout.memoryName),
              "does it, then move the folder away"),
          ])
          : "rename it while nothing runs: mv '\(path)' '\(twin)'")
    }
    let memory = path + "/" + SwarmLayout.memoryName
    guard let status = try? FileSystem.status(memory) else {
      return result.find(
        .emptyNamespace, .note, "\(item.folderName) in swarm \(swarm) has no memory.json",
        path: path, advice: "nothing is lost if an agent never wrote; remove the folder if empty")
    }
    result.find(
      status.kind == .link ? .memoryLink : .unreadableMemory, .error,
      "memory.json of \(item.folderName) in swarm \(swarm) is not a regular file", path: memory,
      advice: "put the file itself there")
  }

  private static func content(
    _ examination: Examination, _ swarm: GUID, _ namespace: Namespace, _ result: inout CheckResult
  ) {
    let layout = examination.layout
    let path = layout.memoryFile(swarm, namespace)
    let (bytes, status): ([UInt8], FileStatus?)
    do throws(SwarmError) {
      status = try FileSystem.status(path)
      guard let found = try FileSystem.readIfPresent(path, followLinks: false) else { return }
      bytes = found
    } catch {
      return result.find(
        .unreadableMemory, .error, error.sentence, path: path,
        advice: "check its owner and permissions")
    }
    do throws(JSONSyntaxError) {
      try JSONScanner.validate(bytes, options: .allowNonFinite)
    } catch {
      let what = "the memory of \(namespace.folderName) in swarm \(swarm) is not JSON: \(error)"
      guard let status, MemoryRescue.isAtRest(status) else {
        return result.find(
          .invalidMemory, .error, what, path: path,
          advice:
            "it changed a moment ago, so another program may be writing it: look again when it "
            + "has not changed for \(MemoryRescue.rest.components.seconds) seconds")
      }
      let saved = MemorySalvage(bytes)
      let rescue = MemoryRescue(
        layout: layout, swarm: swarm, namespace: namespace, locks: examination.locks)
      result.find(
        .invalidMemory, .error, what, path: path,
        advice: .run(
          .fix,
          "keeps the torn file and puts the "
            + saved.count.counted(saved.isArray ? "element" : "entry")
            + " that can still be read in its place")
      ) { () throws(SwarmError) in try rescue.perform() }
    }
  }
}
