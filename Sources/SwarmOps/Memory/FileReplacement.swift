/// Replaces several files by rename, all of them or none, each reader seeing a whole file always.
final class FileReplacement {
  private let staging: StagingFolder
  private var staged: [(new: String, target: String)] = []

  init(layout: RootLayout) throws(SwarmError) {
    staging = try StagingFolder.make(in: layout.staging)
  }

  /// Writes the new content of a file where nobody sees it yet, and waits for the disk.
  func stage(_ bytes: [UInt8], for target: String) throws(SwarmError) {
    let path = "\(staging.path)/\(staged.count)"
    try FileSystem.create(path, bytes, sync: true)
    staged.append((path, target))
  }

  /// Puts every file in place and makes that durable, or changes nothing.
  func commit() throws(SwarmError) {
    var done: [(previous: String?, target: String)] = []
    var folders: Set<String> = []
    do throws(SwarmError) {
      for (new, target) in staged {
        // A second name of the old file, to go back to.
        let previous = new + "-previous"
        let hasPrevious = FileSystem.addName(target, previous)
        try FileSystem.rename(new, to: target)
        done.append((hasPrevious ? previous : nil, target))
        if let slash = target.lastIndex(of: "/") { folders.insert(String(target[..<slash])) }
      }
      for folder in folders { try FileSystem.sync(folder) }
    } catch {
      for (previous, target) in done.reversed() {
        if let previous {
          try? FileSystem.rename(previous, to: target)
        } else {
          try? FileSystem.removeFile(target)
        }
      }
      throw error
    }
    try staging.remove()
  }
}
