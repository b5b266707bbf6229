/// Changes that are on disk when they return, or have not happened: ``FileChanges`` of one step.
enum DurableChange {
  /// Does one step and makes it durable, or takes it back.
  ///
  /// - Parameters:
  ///   - folder: The folder that the step changes.
  ///   - step: The step.
  ///   - undo: Takes it back.
  /// - Throws: What the step throws, or why the disk did not take it.
  static func perform(
    in folder: some SystemPath, _ step: () throws(SwarmError) -> Void, undo: () -> Void
  ) throws(SwarmError) {
    try step()
    do throws(SwarmError) {
      try FileSystem.sync(folder)
    } catch {
      undo()
      throw error
    }
  }

  /// ``FileChanges/replace(_:with:keeping:)`` alone.
  static func replace(
    _ target: some SystemPath, with new: some SystemPath, keeping previous: some SystemPath
  ) throws(SwarmError) {
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.replace(target, with: new, keeping: previous)
    }
  }

  /// ``FileChanges/remove(_:to:)`` alone.
  static func move(
    _ target: some SystemPath, to place: some SystemPath, outOf folder: some SystemPath
  ) throws(SwarmError) {
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.remove(target, to: place)
    }
  }
}
