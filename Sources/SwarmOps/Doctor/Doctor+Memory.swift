/// The memory of one swarm.
extension Doctor {
  mutating func examineMemory(_ swarm: GUID) {
    var items: [NamespaceScan.Item] = []
    var doctor = self
    let folder = layout.memory(swarm)
    // A half-switched swarm reaches its memory through a link of ours; that is reported already.
    if (try? FileSystem.status(layout.formerSwitch(swarm))) != nil { return }
    do throws(SwarmError) {
      try NamespaceScan.forEach(in: swarm, layout: layout) { item throws(SwarmError) in
        if item.oddity != nil {
          items.append(item)
        } else if let namespace = item.namespace {
          doctor.examine(swarm, namespace)
        }
        return true
      }
    } catch {
      doctor.find(
        .memoryLink, .error, error.message, path: error.path ?? folder,
        advice: "put the memory itself there: runs refuse to follow it")
    }
    for item in items.sorted(by: { $0.folderName < $1.folderName }) {
      doctor.report(item, swarm)
    }
    self = doctor
  }

  private mutating func report(_ item: NamespaceScan.Item, _ swarm: GUID) {
    let path = "\(layout.memory(swarm))/\(item.folderName)"
    let oddity = item.oddity ?? ""
    if (try? FileSystem.status(path))?.kind == .link {
      return find(
        .memoryLink, .error,
        "\(item.folderName) in the memory of swarm \(swarm) is a symbolic link",
        path: path, advice: "put the folder itself there: runs refuse to follow it")
    }
    guard let namespace = item.namespace else {
      return find(
        .strangeMemory, .warning,
        "\(item.folderName) in the memory of swarm \(swarm) is no namespace: \(oddity)",
        path: path, advice: "move it away; nothing here reads it")
    }
    if namespace.folderName != item.folderName {
      let twin = layout.memory(swarm, namespace)
      let isSplit = (try? FileSystem.status(twin)) != nil
      return find(
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
      return find(
        .emptyNamespace, .note, "\(item.folderName) in swarm \(swarm) has no memory.json",
        path: path, advice: "nothing is lost if an agent never wrote; remove the folder if empty")
    }
    find(
      status.kind == .link ? .memoryLink : .unreadableMemory, .error,
      "memory.json of \(item.folderName) in swarm \(swarm) is not a regular file", path: memory,
      advice: "put the file itself there")
  }

  private mutating func examine(_ swarm: GUID, _ namespace: Namespace) {
    let path = layout.memoryFile(swarm, namespace)
    let bytes: [UInt8]
    do throws(SwarmError) {
      guard let found = try FileSystem.readIfPresent(path, followLinks: false) else { return }
      bytes = found
    } catch {
      return find(
        .unreadableMemory, .error, error.message + (error.underlying.map { ": \($0)" } ?? ""),
        path: path, advice: "check its owner and permissions")
    }
    do throws(JSONSyntaxError) {
      try JSONScanner.validate(bytes, options: .allowNonFinite)
    } catch {
      let saved = MemorySalvage(bytes)
      let count = Self.counted(saved.count, saved.isArray ? "element" : "entry")
        .replacingSuffix("entrys", with: "entries")
      let rescue = MemoryRescue(layout: layout, swarm: swarm, namespace: namespace, locks: locks)
      find(
        .invalidMemory, .error,
        "the memory of \(namespace.folderName) in swarm \(swarm) is not JSON: \(error)",
        path: path,
        advice: .run(
          .fix,
          "keeps the torn file and puts the \(count) that can still be read in its place")
      ) { try rescue.perform() }
    }
  }
}

extension String {
  /// The text with another ending, where it has the given one.
  fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + other : self
  }
}
