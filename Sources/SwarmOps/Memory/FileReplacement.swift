/// Replaces several files by rename, all of them or none, each reader seeing a whole file always;
/// folders that are missing are made with them.
final class FileReplacement {
  private let staging: StagingFolder
  private var staged: [(new: String, target: FilePath)] = []

  init(layout: SwarmLayout) throws(SwarmError) {
    staging = try StagingFolder.make(in: layout.staging)
  }

  /// Writes the new content of a file where nobody sees it yet, and waits for the disk.
  func stage(_ bytes: [UInt8], for target: some SystemPath) throws(SwarmError) {
    let path = "\(staging.path)/\(staged.count)"
    try FileSystem.create(path, bytes, sync: true)
    staged.append((path, target.filePath))
  }

  /// Takes a whole file on the root's file system as the new content, and waits for the disk.
  func stage(fileAt path: FilePath, for target: some SystemPath) throws(SwarmError) {
    try FileChanges.syncFile(path)
    staged.append((path.text, target.filePath))
  }

  /// Puts every file in place and makes that durable, or changes nothing.
  func commit() throws(SwarmError) {
    try FileChanges.perform { changes throws(SwarmError) in
      for (new, target) in staged {
        try changes.makeFolders(FileChanges.parent(target))
        try changes.replace(target, with: new, keeping: new + "-previous")
      }
    }
    try staging.remove()
  }
}
