#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How what the agent changed gets into the namespace.
extension Transaction {
  /// Makes the changes, all of them in one step.
  func apply(_ changes: [Change], _ left: [FolderTree.Entry]) throws(SwarmError) {
    if !existed {
      let memory = layout.memory(swarm)
      // First, since what root makes is given to the owner of this folder.
      if try FileSystem.makeFolder(memory) { try FileSystem.sync(layout.swarm(swarm)) }
      try secureFolders(left)
      try DurableChange.perform(in: memory) { () throws(SwarmError) in
        try FileSystem.rename(copy, to: folder)
      } undo: {
        try? FileSystem.rename(folder, to: copy)
      }
    } else if changes.count == 1, case .write(let path) = changes[0] {
      try DurableChange.replace(
        folder + "/" + path, with: copy + "/" + path, keeping: previous)
    } else if changes.count == 1, case .remove(let path) = changes[0] {
      try remove(path)
    } else {
      try exchange(changes, left)
    }
  }

  private var previous: String { staging.path + "/previous" }

  private func remove(_ path: FilePath) throws(SwarmError) {
    try DurableChange.move(folder + "/" + path, to: previous, outOf: folder)
    // The removal is done and durable: what becomes of the empty folder cannot undo it.
    FileSystem.removeFolderIfEmpty(folder)
  }

  /// Exchanges the whole folder: several files change in one step.
  private func exchange(_ changes: [Change], _ left: [FolderTree.Entry]) throws(SwarmError) {
    if let odd = originals.first(where: {
      $0.value.status.kind == .link || $0.value.status.kind == .other
    }) {
      throw SwarmError(
        .refused,
        "\(folder)/\(odd.key) is neither a file nor a folder, and the agent changed "
          + "several files; nothing was changed",
        hint: "move it away and run again", path: (folder + "/" + odd.key).text)
    }
    if left.isEmpty {
      // The agent removed everything it had.
      return try DurableChange.move(folder, to: previous, outOf: layout.memory(swarm))
    }
    try carryOverUnchanged(changes, left)
    try secureFolders(left)
    try DurableChange.perform(in: layout.memory(swarm)) { () throws(SwarmError) in
      do throws(SystemError) {
        try PlatformCalls.exchange(copy, folder)
      } catch {
        throw error.describing("replace", folder)
      }
    } undo: {
      try? PlatformCalls.exchange(copy, folder)
    }
  }

  /// Puts the originals themselves in place of copies that the agent did not change.
  ///
  /// The copies are not on disk yet, so after a power cut they could be empty; a second name of the
  /// original costs no write and keeps its times.
  private func carryOverUnchanged(_ changes: [Change], _ left: [FolderTree.Entry])
    throws(SwarmError)
  {
    let written = Set(
      changes.compactMap { if case .write(let path) = $0 { path } else { FilePath?.none } })
    let name = staging.path + "/same"
    for entry in left where entry.status.kind == .file && !written.contains(entry.path) {
      if FileSystem.addName(folder + "/" + entry.path, name) {
        try FileSystem.rename(name, to: copy + "/" + entry.path)
      } else {
        try secure(copy + "/" + entry.path)
      }
    }
  }

  private func secureFolders(_ left: [FolderTree.Entry]) throws(SwarmError) {
    try Ownership.give(copy, asAt: folder)
    for entry in left where entry.status.kind == .folder {
      let path = copy + "/" + entry.path
      try FileSystem.setMode(path, FileSystem.folderMode)
      try FileSystem.sync(path)
    }
    try FileSystem.setMode(copy, FileSystem.folderMode)
    try FileSystem.sync(copy)
  }
}
