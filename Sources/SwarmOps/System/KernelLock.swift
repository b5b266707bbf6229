#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A kernel lock on one byte of a lock file, freed when its holder dies, however it dies.
///
/// One file serves every lock of a root: each thing that can be locked has its own byte, found by
/// hash, so no file is made per namespace and none must ever be removed. The locks are open file
/// description locks (`F_OFD_SETLK`): they belong to a descriptor that is close-on-exec, so no child
/// can keep one, and they exclude threads of one process from each other too.
///
/// The first 64 KiB of the file are a table of who took which lock last, so that a waiting process
/// can name the holder. The table is advice; the kernel alone decides.
final class KernelLock: Sendable {
  /// How much of the thing is claimed.
  enum Mode: Sendable {
    /// Several holders at once, none of them alone.
    case shared
    /// One holder.
    case exclusive
  }

  /// What waiting for a lock came to.
  enum Outcome {
    /// The lock is held until the value goes.
    case acquired(KernelLock)
    /// The time passed; the process that holds the lock, where known.
    case timedOut(holder: Int32?)
    /// The cancellation was asked for meanwhile.
    case cancelled
  }

  private static let holderSlots = 4096
  private static let firstLockByte: UInt64 = 1 << 32
  #if os(Linux)
    private static let setLock: Int32 = 37  // F_OFD_SETLK
    private static let setLockAndWait: Int32 = 38  // F_OFD_SETLKW
  #else
    private static let setLock: Int32 = F_OFD_SETLK
    private static let setLockAndWait: Int32 = F_OFD_SETLKW
  #endif

  private let file: Descriptor
  private let key: UInt64
  private let isReleased = AtomicFlag(false)

  private init(file: Descriptor, key: UInt64) {
    self.file = file
    self.key = key
  }

  /// Frees the lock now instead of with the last reference.
  ///
  /// Closing alone would not: a process that is being started holds every descriptor until its
  /// `exec`, and the lock with them.
  func release() {
    guard !isReleased.exchange(true) else { return }
    var range = range
    range.l_type = Int16(F_UNLCK)
    _ = withUnsafeMutablePointer(to: &range) { fcntl(file.number, Self.setLock, $0) }
    try? file.close()
  }

  deinit { release() }

  // MARK: Acquiring

  /// Takes a lock at once or not at all.
  ///
  /// - Parameters:
  ///   - path: The lock file; made where it is missing, in a folder that exists.
  ///   - name: What is locked; its hash chooses the byte.
  ///   - mode: Shared or exclusive.
  /// - Returns: The lock, or `nil` where somebody is in the way.
  static func tryAcquire(_ path: String, name: String, mode: Mode) throws(SwarmError) -> KernelLock?
  {
    let lock = KernelLock(file: try openLockFile(path), key: hash(name))
    guard try lock.set(mode, wait: false, path: path) else { return nil }
    try lock.confirm(mode, path: path)
    return lock
  }

  /// Whether somebody holds a lock alone.
  static func isHeldAlone(_ path: String, name: String) -> Bool {
    guard let file = try? openLockFile(path) else { return false }
    let lock = KernelLock(file: file, key: hash(name))
    return (try? lock.set(.shared, wait: false, path: path)) == false
  }

  /// Takes a lock, waiting for whoever has it.
  ///
  /// - Parameters:
  ///   - path: The lock file.
  ///   - name: What is locked.
  ///   - mode: Shared or exclusive.
  ///   - timeout: How long to wait; `nil` for as long as it takes.
  ///   - cancellation: Ends the waiting early.
  ///   - onContention: Called once when somebody is in the way, with the process above this one
  ///     that holds the lock, if one does, before any waiting. What it throws ends the attempt.
  ///   - onWait: Called once after a second of waiting.
  static func acquire(
    _ path: String, name: String, mode: Mode, timeout: Duration?, cancellation: Cancellation?,
    onContention: (Int32?) throws(SwarmError) -> Void = { _ in },
    onWait: (Int32?) -> Void = { _ in }
  ) throws(SwarmError) -> Outcome {
    if let lock = try tryAcquire(path, name: name, mode: mode) { return .acquired(lock) }
    let lock = KernelLock(file: try openLockFile(path), key: hash(name))
    try onContention(lock.holdingAncestor())
    let waiter = try LockWaiter { () throws(SwarmError) in
      try lock.set(mode, wait: true, path: path)
    }
    let start = ContinuousClock.now
    let deadline = timeout.map { start + $0 }
    var noticeAt: ContinuousClock.Instant? = start + .seconds(1)
    while true {
      let next = [deadline, noticeAt].compactMap { $0 }.min()
      switch waiter.wait(until: next, cancellation: cancellation) {
      case .finished(let acquired):
        guard try acquired.get() else { continue }
        try lock.confirm(mode, path: path)
        return .acquired(lock)
      case .cancelled:
        waiter.giveUp()
        return .cancelled
      case .timePassed:
        if let deadline, ContinuousClock.now >= deadline {
          waiter.giveUp()
          return .timedOut(holder: lock.holder())
        }
        // A signal may end the waiting early.
        guard let notice = noticeAt, ContinuousClock.now >= notice else { continue }
        onWait(lock.holder())
        noticeAt = nil
      }
    }
  }

  private static func openLockFile(_ path: String) throws(SwarmError) -> Descriptor {
    do throws(SystemError) {
      return try FileSystem.openOrMake(path, O_RDWR | O_NOFOLLOW)
    } catch {
      throw error.describing("open the lock file", path)
    }
  }

  private var range: flock {
    var range = flock()
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t(Self.firstLockByte + key % (1 << 61))
    range.l_len = 1
    return range
  }

  /// - Returns: Whether the lock was taken; without `wait`, `false` where somebody has it.
  private func set(_ mode: Mode, wait: Bool, path: String) throws(SwarmError) -> Bool {
    var range = range
    range.l_type = Int16(mode == .shared ? F_RDLCK : F_WRLCK)
    let result = withUnsafeMutablePointer(to: &range) {
      fcntl(file.number, wait ? Self.setLockAndWait : Self.setLock, $0)
    }
    if result != -1 { return true }
    switch errno {
    case EAGAIN, EACCES, EINTR: return false
    case ENOLCK, EINVAL, ENOSYS, EOPNOTSUPP, ENOTSUP: throw Self.unsupported(path)
    default: throw SystemError(number: errno).describing("lock", path)
    }
  }

  /// Checks that the file system really excludes others, and leaves this process's id.
  private func confirm(_ mode: Mode, path: String) throws(SwarmError) {
    if mode == .exclusive {
      let other = KernelLock(file: try Self.openLockFile(path), key: key)
      if try other.set(.exclusive, wait: false, path: path) { throw Self.unsupported(path) }
    }
    // The second place where the first belongs to another lock whose holder lives.
    let first = record(slots.first)
    let slot = first.key == key || !Self.lives(first.process) ? slots.first : slots.second
    var record = (key, UInt64(getpid()))
    _ = withUnsafeBytes(of: &record) { pwrite(file.number, $0.baseAddress, $0.count, slot) }
  }

  private static func unsupported(_ path: String) -> SwarmError {
    SwarmError(
      .setup, "the file system of \(path) does not lock files",
      hint: .use(.root, to: "keep the root on a local file system"), path: path)
  }

  // MARK: The holder

  /// The two places of the table that may tell of this lock.
  private var slots: (first: off_t, second: off_t) {
    let count = UInt64(Self.holderSlots)
    return (off_t(key % count) * 16, off_t(key / count % count) * 16)
  }

  private func record(_ slot: off_t) -> (key: UInt64, process: Int32) {
    var record = (UInt64(0), UInt64(0))
    let count = withUnsafeMutableBytes(of: &record) {
      pread(file.number, $0.baseAddress, $0.count, slot)
    }
    return count == 16 ? (record.0, Int32(truncatingIfNeeded: record.1)) : (0, 0)
  }

  private static func lives(_ process: Int32) -> Bool {
    process > 0 && (kill(process, 0) == 0 || errno == EPERM)
  }

  /// A process that holds this lock, where it can be told.
  ///
  /// The table knows who took the lock last. Of several shared holders that one may be gone, and
  /// then the kernel is asked about every process.
  private func holder() -> Int32? {
    for record in [record(slots.first), record(slots.second)]
    where record.key == key && Self.lives(record.process) {
      return record.process
    }
    let processes = ((try? FileSystem.list("/proc")) ?? []).compactMap { Int32($0) }
    return processes.first { $0 != getpid() && isHeld(by: $0) == true }
  }

  /// The process above this one that holds this lock now; waiting for it would never end.
  ///
  /// Where the kernel does not say, on macOS and for another user's process, the table answers.
  private func holdingAncestor() -> Int32? {
    let recorded = [record(slots.first), record(slots.second)].first { $0.key == key }?.process
    return ProcessTree.ancestors().first { isHeld(by: $0) ?? ($0 == recorded) }
  }

  /// Whether a process holds this lock, or `nil` where the kernel does not say.
  ///
  /// Linux lists the locks of a descriptor in `/proc/<pid>/fdinfo/<fd>`.
  private func isHeld(by process: Int32) -> Bool? {
    let folder = "/proc/\(process)/fdinfo"
    guard let names = try? FileSystem.list(folder),
      let inode = try? FileSystem.status(of: file.number, path: folder).inode
    else { return nil }
    let lockedByte = " \(range.l_start) \(range.l_start)"
    return names.contains { name in
      guard let bytes = try? FileSystem.read(folder + "/" + name) else { return false }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains {
        $0.hasPrefix("lock:") && $0.contains(" OFDLCK ") && !$0.contains("->")
          && $0.contains(":\(inode) ") && $0.hasSuffix(lockedByte)
      }
    }
  }

  /// FNV-1a, 64 bits, with a final mix.
  ///
  /// Two names of one hash would only wait for each other.
  private static func hash(_ name: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash ^= hash >> 29
    return hash &* 0xbf58_476d_1ce4_e5b9
  }
}
