#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that has the person's terminal until it ends, such as an editor.
///
/// It stays in the group of this process, so that the terminal is its own and Ctrl-C reaches it.
package enum ForegroundProgram {
  /// Runs a program to its end with the standard streams of this process.
  ///
  /// The C functions are `posix_spawnp` and `waitpid`.
  ///
  /// - Parameters:
  ///   - program: The program's path, or a name to look for on the path.
  ///   - arguments: Its arguments, without its own name.
  ///   - environment: Its environment.
  /// - Returns: The status that it exited with, or 128 and the signal that ended it.
  /// - Throws: ``SwarmError/Code/setup`` where it cannot be started.
  package static func run(
    _ program: String, arguments: [String], environment: EnvironmentVariables
  ) throws(SwarmError) -> Int32 {
    #if canImport(Glibc)
      var attributes = posix_spawnattr_t()
    #else
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigfillset(&defaults)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var child = pid_t()
    let started = ChildProcess.withCStrings(([program] + arguments).map { Array($0.utf8) }) {
      argv in
      ChildProcess.withCStrings(environment.entries) { envp in
        posix_spawnp(&child, program, nil, &attributes, argv, envp)
      }
    }
    guard started == 0 else {
      throw SwarmError(
        .setup, "\(program) cannot be started", underlying: SystemError(number: started).text)
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) == -1 {
      guard errno == EINTR else { return 127 }
    }
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}
