import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a process may do from its very start, and all that it starts: files by Landlock, system calls
/// by a filter, no privileges to be gained and few to be kept.
///
/// It is entered by a thread and inherited by what that thread starts. Linux only; elsewhere nothing
/// is in force.
struct Fence: Sendable {
  /// Paths, with what is allowed there and below; `nil` where files are restricted later on, or not.
  var rules: [(path: String, access: LandlockAccess)]?
  /// Whether every socket is refused but those made in pairs.
  var forbidsNetwork = false
  /// Whether it is an error that the kernel cannot give all of it.
  var isStrict = false

  /// What is in force.
  struct Reach: Sendable, Equatable {
    /// The version of Landlock that restricts files; 0 where nothing does.
    var landlock = 0
    /// Whether system calls are filtered.
    var isFiltered = false
  }

  /// What this kernel can give.
  static let possible = Reach(
    landlock: Landlock.version, isFiltered: SeccompFilter.isAvailable)

  /// Puts it in force for the calling thread and what it starts.
  ///
  /// - Returns: What is in force now.
  /// - Throws: What failed, where less than all is an error.
  func enter() throws(SystemError) -> Reach {
    var reach = Reach()
    #if os(Linux)
      try KernelCall.renounceNewPrivileges()
      if ProcessOwner.isRoot { try Self.dropCapabilities() }
      if let rules, Landlock.version > 0 {
        do throws(SystemError) {
          try Landlock.restrictThread(to: rules, forbidsNetwork: forbidsNetwork)
          reach.landlock = Landlock.version
        } catch {
          // Sixteen layers are all that a kernel keeps.
          if isStrict || error.number != Landlock.tooManyLayers { throw error }
        }
      }
      if SeccompFilter.isAvailable {
        // What is restricted later on counts as restricted.
        let version = rules == nil ? Landlock.version : reach.landlock
        try SeccompFilter(.init(forbidsNetwork: forbidsNetwork, landlockVersion: version)).install()
        reach.isFiltered = true
      }
    #endif
    return reach
  }

  /// Refuses where the kernel adds no further fence to those around this process.
  ///
  /// Tried on a thread that ends at once.
  static func checkRoom() throws(SwarmError) {
    #if os(Linux)
      let refusal = Mutex<SystemError?>(nil)
      let thread: NativeThread
      do throws(SystemError) {
        thread = try NativeThread {
          do throws(SystemError) {
            try KernelCall.renounceNewPrivileges()
            try Landlock.restrictThread(to: [], forbidsNetwork: false)
          } catch {
            refusal.withLock { $0 = error }
          }
        }
      } catch {
        throw describing(error)
      }
      thread.join()
      if let error = refusal.withLock({ $0 }) { throw describing(error) }
    #endif
  }

  /// Why agents cannot be fenced in as they have to be.
  static func describing(_ error: SystemError) -> SwarmError {
    if error.number == Landlock.tooManyLayers {
      return SwarmError(
        .setup,
        "sixteen sandboxes are in force around this process already, and the kernel adds no further one",
        hint: .either([
          "start it outside of them", .use(.sandbox, to: "make do with what is in force"),
        ]))
    }
    return SwarmError(
      .setup, "this system does not give the sandbox that is asked for",
      hint: .run(.doctor, "says what is missing"), underlying: error.text)
  }

  #if os(Linux)
    /// What root's agents keep: to get at files of any owner and to become another user, in a fence
    /// that counts for root as well.
    private static let keptCapabilities: UInt32 =
      (1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4)  // CHOWN … FSETID
      | (1 << 5 | 1 << 6 | 1 << 7 | 1 << 10)  // KILL, SETGID, SETUID, NET_BIND_SERVICE

    /// Gives up root's capabilities but for some.
    ///
    /// The system calls are `capget` and `capset`.
    private static func dropCapabilities() throws(SystemError) {
      // Version 3: a header of version and process, then twice effective, permitted, inheritable.
      let header: [UInt32] = [0x2008_0522, 0]
      var sets = [UInt32](repeating: 0, count: 6)
      let answer = header.withUnsafeBytes { header in
        sets.withUnsafeMutableBytes { sets -> Result<Int, SystemError> in
          let (header, address) = (
            Int(bitPattern: header.baseAddress), Int(bitPattern: sets.baseAddress)
          )
          let known = KernelCall.attempt(KernelCall.getCapabilities, header, address)
          guard case .success = known else { return known }
          let words = sets.bindMemory(to: UInt32.self)
          for (index, word) in words.enumerated() {
            words[index] = index < 2 ? word & keptCapabilities : 0
          }
          return KernelCall.attempt(KernelCall.setCapabilities, header, address)
        }
      }
      _ = try answer.get()
    }
  #endif
}

/// Who this process runs as.
enum ProcessOwner {
  /// Whether permissions of files mean nothing to it.
  ///
  /// The C function is `geteuid`.
  static var isRoot: Bool { geteuid() == 0 }
}
