import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A child process in a process group of its own, with the descriptors it was given and no others.
///
/// Foundation's `Process` polls every 50 ms for the end and keeps the parent's group, so this speaks
/// `posix_spawn` itself.
final class ChildProcess {
  /// How a child ended.
  enum Termination: Equatable, Sendable {
    /// It exited with this status.
    case exited(Int32)
    /// This signal ended it.
    case killed(Int32)
    /// It became another user's process, which cannot be ended, and lives on.
    case outOfReach
    /// It ended, and somebody else collected what there was to know.
    case lost

    /// Words for a message, such as "exited with status 3".
    var text: String {
      switch self {
      case .exited(let status): "exited with status \(status)"
      case .killed(let signal): "was ended by signal \(signal)"
      case .outOfReach: "became another user's process, which cannot be ended"
      case .lost: "ended, and how is not known"
      }
    }
  }

  /// How long a process that cannot be killed is waited for: it may be about to end by itself.
  private static let patience: Duration = .seconds(1)

  /// The children that were started here and not collected yet.
  ///
  /// Held while one is started, so that nobody takes it for an adopted one.
  static let living = Mutex<Set<pid_t>>([])

  /// The child's process id, which is its group's id too.
  let id: pid_t
  /// What it was fenced by from its start.
  let reach: Fence.Reach
  /// How it ended, once it was reaped.
  private(set) var termination: Termination?

  /// Starts a program.
  ///
  /// The child begins with default signal handling, nothing blocked, and exactly the descriptors
  /// 0 to `descriptors.count - 1`. The C function is `posix_spawn`.
  ///
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - arguments: Its arguments, without its own name.
  ///   - environment: Its environment, byte for byte.
  ///   - descriptors: What the child has as descriptor 0, 1, 2 and so on; `nil` is `/dev/null`.
  ///   - fence: What it may do, from its very start.
  /// - Throws: ``SwarmError/Code/setup`` where the program cannot be started.
  init(
    _ program: String, arguments: [String], environment: EnvironmentVariables,
    descriptors: [Int32?], fence: Fence? = nil
  ) throws(SwarmError) {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // First out of the way of the final numbers, then into place: a source may be a target.
    let base = Int32(descriptors.count)
    var aside = max(base, descriptors.compactMap { $0 }.max() ?? 0) + 1
    var sources: [Int32?] = []
    for source in descriptors {
      guard let source else {
        sources.append(nil)
        continue
      }
      posix_spawn_file_actions_adddup2(&actions, source, aside)
      sources.append(aside)
      aside += 1
    }
    for (target, source) in sources.enumerated() {
      if let source {
        posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
      } else {
        posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
      }
    }
    let status = PlatformCalls.closeDescriptors(from: base, &actions)

    var defaults = sigset_t()
    var unblocked = sigset_t()
    sigfillset(&defaults)
    sigemptyset(&unblocked)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setpgroup(&attributes, 0)
    var flags = Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK)
    flags |= Int16(POSIX_SPAWN_SETPGROUP)
    #if canImport(Darwin)
      flags |= Int16(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #endif
    posix_spawnattr_setflags(&attributes, flags)

    var started = Started(status: status)
    if status == 0 {
      let words = ([program] + arguments).map { Array($0.utf8) }
      started = withUnsafePointer(to: &actions) { actions in
        withUnsafePointer(to: &attributes) { attributes in
          Self.withCStrings(words) { argv in
            Self.withCStrings(environment.entries) { envp in
              Self.start(fence) {
                var child = pid_t()
                let status = posix_spawn(&child, program, actions, attributes, argv, envp)
                return (status, child)
              }
            }
          }
        }
      }
    }
    if let refusal = started.refusal { throw Fence.describing(refusal) }
    guard started.status == 0 else {
      throw SwarmError(
        .setup, "cannot start \(program)", path: program,
        underlying: SystemError(number: started.status).text)
    }
    (id, reach) = (started.child, started.reach)
  }

  /// What became of starting a child.
  private struct Started {
    /// An `errno`, or 0.
    var status: Int32
    var child = pid_t()
    /// What fences it.
    var reach = Fence.Reach()
    /// Why the fence was not entered, so that nothing was started.
    var refusal: SystemError?
  }

  /// Starts a child, on a thread of its own where that is to enter a fence: a fence is for ever.
  ///
  private static func start(_ fence: Fence?, _ spawn: () -> (Int32, pid_t)) -> Started {
    living.withLock { living in
      guard let fence else {
        let (status, child) = spawn()
        if status == 0 { note(child, &living) }
        return Started(status: status, child: child)
      }
      // No thread, as it were.
      var answer = Started(status: EAGAIN)
      withoutActuallyEscaping(spawn) { spawn in
        // The thread is waited for, so nothing of this is used by two at a time.
        nonisolated(unsafe) let spawn = spawn
        withUnsafeMutablePointer(to: &answer) { answer in
          nonisolated(unsafe) let answer = answer
          let thread = try? NativeThread {
            do throws(SystemError) {
              let reach = try fence.enter()
              let (status, child) = spawn()
              answer.pointee = Started(status: status, child: child, reach: reach)
            } catch {
              answer.pointee.refusal = error
            }
          }
          thread?.join()
        }
      }
      if answer.status == 0 { note(answer.child, &living) }
      return answer
    }
  }

  private static func note(_ child: pid_t, _ living: inout Set<pid_t>) {
    living.insert(child)
    ProcessTree.noteStart(of: child)
  }

  /// Calls with pointers to C strings, the last of them null.
  static func withCStrings<Result>(
    _ strings: [[UInt8]], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map {
      strdup($0.map { CChar(bitPattern: $0) } + [0])
    }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      // The array holds at least the closing nil, so it has an address.
      buffer.baseAddress.map(body)
    }.unsafelyUnwrapped
  }

  /// Bounds what the child, and what it starts from now on, may use.
  ///
  /// The system call is `prlimit64`. Linux only.
  ///
  /// - Parameters:
  ///   - memory: The most bytes of address space, or `nil`.
  ///   - file: The most bytes of a file, or `nil`.
  func limit(memory: Int?, file: Int?) {
    #if os(Linux)
      for (resource, limit) in [(9, memory), (1, file)] {  // RLIMIT_AS, RLIMIT_FSIZE
        guard let limit else { continue }
        // A limit that is lower already stays.
        var known: [UInt64] = [.max, .max]
        let words = known.withUnsafeMutableBytes { known in
          KernelCall.attempt(
            KernelCall.limitProcess, Int(id), resource, 0, Int(bitPattern: known.baseAddress))
        }
        guard (try? words.get()) != nil else { continue }
        let new = known.map { min($0, UInt64(clamping: limit)) }
        _ = new.withUnsafeBytes { new in
          KernelCall.attempt(
            KernelCall.limitProcess, Int(id), resource, Int(bitPattern: new.baseAddress), 0)
        }
      }
    #endif
  }

  /// Whether the child has ended; it stays a zombie, so that its group's id stays its own.
  var hasEnded: Bool {
    if termination != nil { return true }
    var information = siginfo_t()
    guard waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else {
      noteLoss()
      return true
    }
    #if canImport(Glibc)
      return information.si_signo == SIGCHLD
    #else
      return information.si_pid == id
    #endif
  }

  /// Knows that somebody else has collected the child, as the kernel does for who ignores SIGCHLD: its
  /// number may be another's by now, and nothing is sent to it any more.
  private func noteLoss() {
    guard termination == nil, errno == ECHILD else { return }
    Self.living.withLock { _ = $0.remove(id) }
    termination = .lost
  }

  /// Sends a signal to the child's whole group.
  ///
  /// The C function is `kill`.
  ///
  /// - Returns: Whether the child itself has it: one that became another user's (`sudo`) has not.
  @discardableResult
  func signalGroup(_ signal: Int32) -> Bool {
    // As long as nobody has collected the child, its number is its own and its group's.
    if hasEnded, termination != nil { return true }
    _ = kill(-id, signal)
    // A child may leave its own group, and must not escape by that.
    return kill(id, signal) == 0 || errno != EPERM
  }

  /// Asks the child's whole group to terminate.
  func terminateGroup() { signalGroup(SIGTERM) }

  /// Ends the child's whole group at once; ``end()`` collects the child.
  func killGroup() { signalGroup(SIGKILL) }

  /// Ends what is left of the group and collects the child, unless it is out of reach.
  ///
  /// The C function is `waitpid`.
  @discardableResult
  func end() -> Termination {
    if let termination { return termination }
    let isReached = signalGroup(SIGKILL)
    if let termination { return termination }
    let deadline = ContinuousClock.now + Self.patience
    while !isReached && !hasEnded && ContinuousClock.now < deadline { usleep(2000) }
    let ended = isReached || hasEnded ? collect() : .outOfReach
    Self.living.withLock { _ = $0.remove(id) }
    termination = ended
    return ended
  }

  private func collect() -> Termination {
    var status: Int32 = 0
    while waitpid(id, &status, 0) == -1 && errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
  }

  deinit { end() }
}
