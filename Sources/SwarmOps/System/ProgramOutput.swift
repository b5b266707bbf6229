#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Running a short program for what it prints.
enum ProgramOutput {
  /// Runs a program to its end.
  ///
  /// A non-zero exit is a result. Past the timeout the program's group is killed.
  ///
  /// - Parameters:
  ///   - program: The program's path.
  ///   - arguments: Its arguments.
  ///   - environment: Its environment.
  ///   - timeout: How long it may take.
  /// - Returns: The first 64 KiB of standard output, and how it ended.
  static func capture(
    _ program: String, arguments: [String], environment: EnvironmentVariables, timeout: Duration
  ) throws(SwarmError) -> (output: [UInt8], termination: ChildProcess.Termination) {
    let pipe: (read: Descriptor, write: Descriptor)
    do {
      pipe = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make a pipe", underlying: error.text)
    }
    let child = try ChildProcess(
      program, arguments: arguments, environment: environment,
      descriptors: [nil, pipe.write.number, nil])
    try? pipe.write.close()
    let deadline = ContinuousClock.now + timeout
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while output.count < 1 << 16 {
      var polled = pollfd(fd: pipe.read.number, events: Int16(POLLIN), revents: 0)
      let ready = poll(&polled, 1, Pipe.milliseconds(until: deadline))
      if ready == -1 && errno == EINTR { continue }
      guard ready > 0 else { return (output, child.end()) }
      let count = read(pipe.read.number, &chunk, chunk.count)
      if count <= 0 { break }
      output += chunk[..<count]
    }
    while !child.hasEnded && ContinuousClock.now < deadline { usleep(500) }
    return (output, child.end())
  }
}
