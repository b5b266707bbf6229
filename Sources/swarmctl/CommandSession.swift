import SwarmOps

/// What stands between a command line that was understood and the command that carries it out.
enum CommandSession {
  /// Carries out a command line.
  ///
  /// - Returns: What to print; nil where the command has written its answer itself.
  static func perform(
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
      if root.hasPrefix("~") { return try belowHome(root, environment) }
      return WorkingFolder.absoluteFolder(root)
    }
    if environment["SWARMCTL_ROOT"] != nil {
      throw SwarmError(
        .setup, "SWARMCTL_ROOT is set to nothing", hint: "name a folder with it, or unset it")
    }
    return try home(environment) + "/.rapp-swarm"
  }

  /// A path that begins with `~`, which shells leave alone in `--root=~/x`.
  private static func belowHome(_ path: String, _ environment: [String: String])
    throws(SwarmError) -> String
  {
    let rest = path.dropFirst()
    guard rest.isEmpty || rest.hasPrefix("/") else {
      throw SwarmError(
        .usage, "the root \"\(path.shortened)\" names another user's home folder",
        hint: "write the whole path, or ./\(path.shortened) for a folder of that name")
    }
    return try home(environment) + rest
  }

  private static func home(_ environment: [String: String]) throws(SwarmError) -> String {
    try ProcessEnvironment.check("HOME")
    if let home = environment["HOME"], home.hasPrefix("/") { return home }
    if let home = HomeFolder.ofUser { return home }
    throw SwarmError(
      .setup, "there is no home folder to keep ~/.rapp-swarm in",
      hint: "set HOME, or name a root with --root or SWARMCTL_ROOT")
  }
}
