/// Changes that are on disk when they return, or have not happened: the one way in which a memory's
/// file or folder is put in place.
enum DurableChange {
  /// Does one step and makes it durable, or takes it back.
  ///
  /// - Parameters:
  ///   - folder: The folder that the step changes.
  ///   - step: The step.
  ///   - undo: Takes it back.
  /// - Throws: What the step throws, or why the disk did not take it.
  static func perform(
    in folder: String, _ step: () throws(SwarmError) -> Void, undo: () -> Void
  ) throws(SwarmError) {
    try step()
    do throws(SwarmError) {
      try FileSystem.sync(folder)
    } catch {
      undo()
      throw error
    }
  }

  /// Renames a new file, which is on disk, over an old one or to where none is.
  ///
  /// - Parameters:
  ///   - target: The old file; need not exist.
  ///   - new: The new file, on the same file system.
  ///   - previous: A free name on it, which the old file has afterwards.
  static func replace(_ target: String, with new: String, keeping previous: String)
    throws(SwarmError)
  {
    let swap = try FileSwap(target, with: new, keeping: previous)
    do throws(SwarmError) {
      try FileSystem.sync(swap.folder)
    } catch {
      swap.undo()
      throw error
    }
  }

  /// Renames a file or folder to where it can be deleted, or brought back from.
  ///
  /// - Parameters:
  ///   - target: What is moved.
  ///   - place: Where to.
  ///   - folder: The folder that `target` is in.
  static func move(_ target: String, to place: String, outOf folder: String) throws(SwarmError) {
    try perform(in: folder) { () throws(SwarmError) in
      try FileSystem.rename(target, to: place)
    } undo: {
      try? FileSystem.rename(place, to: target)
    }
  }
}

/// A file that was renamed over another, and the way back.
struct FileSwap {
  /// The folder that was changed.
  let folder: String
  private let target: String
  private let previous: String?
  private let wasThere: Bool

  /// Renames `new` over `target`; the old file, if there is one, is `previous` from then on.
  init(_ target: String, with new: String, keeping previous: String) throws(SwarmError) {
    self.target = target
    folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
    wasThere = try FileSystem.status(target) != nil
    // A second name of the old file, to go back to should the folder not reach the disk.
    self.previous = FileSystem.addName(target, previous) ? previous : nil
    try FileSystem.rename(new, to: target)
  }

  /// Puts the old file back.
  ///
  /// Where the file system gives no second names, the new one stays: it is whole, and taking it away
  /// would leave none.
  func undo() {
    if let previous {
      try? FileSystem.rename(previous, to: target)
    } else if !wasThere {
      try? FileSystem.removeFile(target)
    }
  }
}
