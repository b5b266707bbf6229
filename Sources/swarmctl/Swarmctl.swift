import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program: parse, perform, report, exit.
@main
enum Swarmctl {
  static func main() {
    SignalHandling.fillStandardDescriptors()
    umask(0o077)
    let words = Array(CommandLine.arguments.dropFirst())
    let environment = ProcessEnvironment.variables
    if words.first == CompletionCommand.question {
      let stream = StandardStream(descriptor: 1, name: "standard output")
      try? stream.write(CompletionCommand.answer(words.dropFirst(), environment: environment))
      try? stream.flush()
      exit(0)
    }
    let line = CommandLineWords(words, table: CommandTable.root)
    var output = Output(global: ArgumentParser.requested(in: line), environment: environment)
    do throws(SwarmError) {
      // Swift reads the words from there on Linux; without it there is not even the program's name.
      if CommandLine.arguments.isEmpty {
        throw SwarmError(
          .setup, "the command line cannot be read", hint: "mount /proc here: swarmctl needs it")
      }
      let arguments = try ArgumentParser.parse(line, environment: environment)
      output = Output(global: arguments.global, environment: environment)
      let report = try CommandSession.perform(arguments, environment: environment, output: output)
      try output.answer(report)
      exit(report?.exitStatus ?? 0)
    } catch {
      if error == ArgumentParser.noCommand, output.prints(.table) {
        output.note(HelpText.short())
        exit(error.code.exitStatus)
      }
      exit(output.emit(error))
    }
  }
}
