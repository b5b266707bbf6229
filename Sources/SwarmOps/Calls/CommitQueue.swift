/// What is told on disk of a commit before it is in place, and taken back where it does not come to
/// be; both on another thread.
struct CommitNote: Sendable {
  /// Called with the file that will be in place, or `nil` for none.
  let willCommit: @Sendable (FileStatus?) throws(SwarmError) -> Void
  /// Called after ``willCommit``, where the commit failed.
  let retract: @Sendable () -> Void
}

/// What a call did to a memory, for the history.
struct MemoryChange: Sendable {
  /// Bytes of `memory.json` before; `nil` for none, and where that is not known.
  var bytesBefore: Int?
  /// Bytes of it afterwards.
  var bytesAfter: Int?
  /// The version that holds what it was before, where one was kept.
  var version: Int?
}

/// States of memories that wait for the disk, and the answers that wait for them.
///
/// States of one namespace that come while another is being written become one: the last holds all
/// that the earlier ones did. No call is answered before what it stands on is on disk.
final class CommitQueue {
  /// A call that was made.
  private struct Made {
    let call: QueuedCall
    var result: Result<AgentAnswer, SwarmError>
    let duration: Duration
    /// The version of the memory that must be on disk before this is answered.
    let version: Int
    /// Whether this call made that version.
    let isCommit: Bool
    /// Bytes of its output.
    let size: Int
  }

  private final class Line {
    /// The memory file as it was last seen or written.
    var memory: MemoryVersion?
    /// What the last commit did.
    var change = MemoryChange()
    /// What the person should know of the last commit.
    var warning: String?
    /// Counts the states of the memory that calls have made.
    var version = 0
    /// The last of them that is on disk.
    var committed = 0
    var pending: (state: MemoryState, version: Int, since: ContinuousClock.Instant)?
    var isCommitting = false
    var made: [Made] = []

    var isSettled: Bool { pending == nil && !isCommitting && made.isEmpty }
  }

  /// How long a state may wait for more calls to make it worth writing.
  private static let delay: Duration = .milliseconds(40)

  /// Called with each call that is done; set by the owner, like those below.
  var onAnswer: (QueuedCall, Result<AgentAnswer, SwarmError>, Duration, MemoryChange) -> Void = {
    _, _, _, _ in
  }
  /// Called where a state could not be written, before the calls that stand on it are answered.
  var onFailure: (NamespaceKey, SwarmError) -> Void = { _, _ in }
  /// Called after a state was written, or was not.
  var onFinished: (NamespaceKey) -> Void = { _ in }
  /// What is told of a commit before it is in place, by the calls that it stands for.
  var note: (NamespaceKey, [(CallEngine.CallID, AgentAnswer)]) -> CommitNote? = { _, _ in nil }

  private let layout: SwarmLayout
  private let staging: StagingFolder
  private let workers: WorkerPool
  private var lines: [NamespaceKey: Line] = [:]
  /// Namespaces with a state to be written, the one that has waited longest first.
  private var uncommitted: [NamespaceKey] = []
  private var drafts = 0
  /// Bytes of outputs that wait for the disk.
  private(set) var heldBytes = 0

  init(layout: SwarmLayout, staging: StagingFolder, workers: WorkerPool) {
    (self.layout, self.staging, self.workers) = (layout, staging, workers)
  }

  /// The memory of a namespace as it was last seen or written.
  func memory(_ key: NamespaceKey) -> MemoryVersion? { lines[key]?.memory }

  /// Notes a memory as calls begin with it.
  func begin(_ key: NamespaceKey, memory: MemoryVersion?) { line(key).memory = memory }

  /// Whether the disk has nothing left to do for a namespace.
  func isSettled(_ key: NamespaceKey) -> Bool { lines[key]?.isSettled ?? true }

  /// Forgets a namespace that is settled.
  func forget(_ key: NamespaceKey) { lines[key] = nil }

  private func line(_ key: NamespaceKey) -> Line {
    if let line = lines[key] { return line }
    let line = Line()
    lines[key] = line
    return line
  }

  /// Adds a call that was made; it is answered once what it stands on is on disk.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - result: What came of it.
  ///   - duration: How long it took.
  ///   - state: What it made of the memory, or `nil` where it changed nothing.
  func add(
    _ call: QueuedCall, _ result: Result<AgentAnswer, SwarmError>, after duration: Duration,
    _ state: MemoryState?, of key: NamespaceKey
  ) {
    let line = line(key)
    if let state {
      line.version += 1
      line.pending = (state, line.version, line.pending?.since ?? .now)
      if !uncommitted.contains(key) { uncommitted.append(key) }
    }
    let size = if case .success(let answer) = result { answer.output.bytes.count } else { 0 }
    heldBytes += size
    line.made.append(
      Made(
        call: call, result: result, duration: duration, version: line.version,
        isCommit: state != nil, size: size))
    answer(line)
  }

  /// When a state must be written though more calls might change it.
  var nextDeadline: ContinuousClock.Instant? {
    // In the order of their age, so the first is the next.
    uncommitted.first.flatMap { lines[$0]?.pending?.since }.map { $0 + Self.delay }
  }

  /// Begins to write the states that are due.
  ///
  /// Where many calls wait, waiting a little costs nobody anything and saves most of the writing;
  /// where one waits, it is written at once.
  ///
  /// - Parameter isLast: Whether no call of a namespace is about to make another state.
  func commitDue(isLast: (NamespaceKey) -> Bool) {
    if uncommitted.isEmpty { return }
    for key in uncommitted {
      guard let line = lines[key], let pending = line.pending, !line.isCommitting,
        isLast(key) || pending.since.duration(to: .now) >= Self.delay
      else { continue }
      line.pending = nil
      write(pending.state, pending.version, line, key)
    }
    uncommitted.removeAll { lines[$0]?.pending == nil }
  }

  private func write(_ state: MemoryState, _ version: Int, _ line: Line, _ key: NamespaceKey) {
    line.isCommitting = true
    drafts += 1
    let expected = line.memory
    var calls: [(CallEngine.CallID, AgentAnswer)] = []
    var author = ""
    for made in line.made where made.isCommit && made.version <= version {
      author = made.call.agent.record.name
      if case .success(let answer) = made.result { calls.append((made.call.id, answer)) }
    }
    let commit = StateCommit(
      layout: layout, key: key, draft: "\(staging.path)/commit-\(drafts)", author: author)
    let note = note(key, calls)
    workers.attempt({ () throws(SwarmError) in
      var isNoted = false
      do throws(SwarmError) {
        return try commit.perform(state, expecting: expected) { status throws(SwarmError) in
          try note?.willCommit(status)
          isNoted = true
        }
      } catch {
        // Only what was noted: an earlier note about this memory may still be needed.
        if isNoted { note?.retract() }
        throw error
      }
    }) { [unowned self] in written(key, version, $0) }
  }

  private func written(
    _ key: NamespaceKey, _ version: Int, _ result: Result<StateCommit.Committed, SwarmError>
  ) {
    let line = line(key)
    line.isCommitting = false
    switch result {
    case .success(let commit):
      line.change = MemoryChange(
        bytesBefore: line.memory?.status.size, bytesAfter: commit.memory?.status.size,
        version: commit.version)
      (line.memory, line.warning) = (commit.memory, commit.warning)
      line.committed = version
    case .failure(let error):
      // What was made since stands on it too; the owner adds what its agent has said already.
      onFailure(key, error)
      line.pending = nil
      line.committed = line.version
      for index in line.made.indices {
        if case .success = line.made[index].result { line.made[index].result = .failure(error) }
      }
    }
    answer(line)
    if line.pending != nil, !uncommitted.contains(key) { uncommitted.append(key) }
    onFinished(key)
  }

  /// Answers calls, in order, as far as what they stand on is on disk.
  private func answer(_ line: Line) {
    var answered: [Made] = []
    while let made = line.made.first, made.version <= line.committed {
      answered.append(line.made.removeFirst())
      heldBytes -= made.size
    }
    let size = line.memory?.status.size
    for made in answered {
      guard made.isCommit, case .success(var answer) = made.result else {
        onAnswer(
          made.call, made.result, made.duration, MemoryChange(bytesBefore: size, bytesAfter: size))
        continue
      }
      if let warning = line.warning { answer.warnings.append(warning) }
      onAnswer(made.call, .success(answer), made.duration, line.change)
    }
  }
}
