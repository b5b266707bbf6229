import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program: parse, run, report, exit.
@main
enum Swarmctl {
  static func main() {
    SignalHandling.fillStandardDescriptors()
    umask(0o077)
    let words = Array(CommandLine.arguments.dropFirst())
    let environment = ProcessEnvironment.variables
    if words.first == CompletionCommand.question {
      let answer = CompletionCommand.answer(words.dropFirst(), environment: environment)
      let stream = StandardStream(descriptor: 1, name: "standard output")
      try? stream.write(answer)
      try? stream.flush()
      exit(0)
    }
    var output = Output(
      global: GlobalOptions(
        format: ArgumentParser.requestedFormat(in: words),
        color: ArgumentParser.requestedColor(in: words)),
      environment: environment)
    do throws(SwarmError) {
      // Swift reads the words from there on Linux; without it there is not even the program's name.
      if CommandLine.arguments.isEmpty {
        throw SwarmError(
          .setup, "the command line cannot be read", hint: "mount /proc here: swarmctl needs it")
      }
      let arguments = try ArgumentParser.parse(words, environment: environment)
      output = Output(global: arguments.global, environment: environment)
      let report = try perform(arguments, environment: environment, output: output)
      try output.answer(report)
      exit(report?.exitStatus ?? 0)
    } catch {
      if error == ArgumentParser.noCommand, output.format == .table {
        output.note(HelpText.short())
        exit(error.code.exitStatus)
      }
      exit(output.emit(error))
    }
  }

  private static func perform(
    _ arguments: ParsedArguments, environment: [String: String], output: Output
  ) throws(SwarmError) -> Report? {
    if arguments.global.wantsHelp {
      return HelpCommand.help(arguments.command, path: arguments.path, width: output.width)
    }
    if arguments.global.wantsVersion { return HelpCommand.version }
    try checkWords()
    let cancellation = try Cancellation()
    SignalHandling.install(cancellation)
    ProcessTree.adoptOrphans()
    let context = CommandContext(
      arguments: arguments, environment: environment, output: output,
      cancellation: cancellation,
      store: SwarmStore(root: try root(arguments.global, environment)))
    return try Commands.run(arguments.path, context)
  }

  /// Refuses words that are not UTF-8: with their bytes replaced they would be remembered wrong, and
  /// name another folder than the one that was meant.
  private static func checkWords() throws(SwarmError) {
    for (index, word) in CommandLine.arguments.enumerated().dropFirst() {
      guard let bytes = CommandLine.unsafeArgv[index] else { return }
      if String(validatingCString: bytes) == nil {
        throw SwarmError(
          .usage, "word \(index) of the command line, \"\(word)\", is not UTF-8",
          hint: "use a UTF-8 locale, or give the text as JSON with --args @file")
      }
    }
  }

  private static func root(_ global: GlobalOptions, _ environment: [String: String])
    throws(SwarmError) -> String
  {
    if let root = global.root {
      if root == environment["SWARMCTL_ROOT"] { try ProcessEnvironment.check("SWARMCTL_ROOT") }
      return WorkingFolder.absoluteFolder(root)
    }
    try ProcessEnvironment.check("HOME")
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.rapp-swarm" }
    if let home = HomeFolder.ofUser { return home + "/.rapp-swarm" }
    throw SwarmError(
      .setup, "there is no home folder to keep ~/.rapp-swarm in",
      hint: "set HOME, or name a root with --root or SWARMCTL_ROOT")
  }
}

/// The home folder of the user that swarmctl runs as, whatever `HOME` says.
enum HomeFolder {
  /// The folder, or `nil` where the system knows none.
  ///
  /// The C functions are `fgetpwent` on Linux, since `getpwuid` would load shared libraries into a
  /// static program, and `getpwuid` on macOS.
  static var ofUser: String? {
    #if os(Linux)
      guard let file = fopen("/etc/passwd", "re") else { return nil }
      defer { fclose(file) }
      while let entry = fgetpwent(file) {
        guard entry.pointee.pw_uid == getuid() else { continue }
        return entry.pointee.pw_dir.map { String(cString: $0) }
      }
      return nil
    #else
      return getpwuid(getuid())?.pointee.pw_dir.map { String(cString: $0) }
    #endif
  }
}

/// The environment that the process was started with.
enum ProcessEnvironment {
  /// The variables by name; of a name that occurs twice the first one counts, as for `getenv`.
  static var variables: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      next += 1
      let text = String(cString: entry)
      guard let sign = text.firstIndex(of: "=") else { continue }
      let name = String(text[..<sign])
      if variables[name] == nil { variables[name] = String(text[text.index(after: sign)...]) }
    }
    return variables
  }

  /// All of it, byte for byte, for the processes of agents.
  static var exact: EnvironmentVariables {
    var entries: [[UInt8]] = []
    var next = environ
    while let entry = next.pointee {
      next += 1
      entries.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
    }
    return EnvironmentVariables(entries: entries)
  }

  /// Refuses a variable whose text would have to be repaired to be a path.
  static func check(_ name: String) throws(SwarmError) {
    guard let value = getenv(name), String(validatingCString: value) == nil else { return }
    throw SwarmError(
      .setup, "\(name) is not UTF-8: \"\(String(cString: value))\"",
      hint: "name a root whose path is UTF-8 with --root")
  }
}
