import SwarmOps

/// One entry in the person's editor.
struct EntryEditor {
  private let command: String
  private let environment: EnvironmentVariables
  private let file: PrivateFile

  /// Finds the editor: `VISUAL`, `EDITOR`, or vi on a terminal.
  ///
  /// - Throws: `SwarmError` of code `usage` where there is none and nobody to use it.
  init(_ context: CommandContext) throws(SwarmError) {
    let named = ["VISUAL", "EDITOR"].compactMap { context.environment[$0] }.first { !$0.isEmpty }
    guard !context.arguments.global.noInput, !context.output.isForPrograms,
      let command = named ?? (context.terminal.isInteractive ? "vi" : nil)
    else {
      throw SwarmError(
        .usage, "there is no editor to change the entry in",
        hint: "say the change with --content, --type, --tag, --importance or --value, or set EDITOR"
      )
    }
    self.command = command
    environment = ProcessEnvironment.exact
    file = try PrivateFile(in: context.temporaryFolder, name: "entry.json")
  }

  /// Shows a value in the editor.
  ///
  /// - Parameter value: The entry.
  /// - Returns: What the person made of it.
  /// - Throws: `SwarmError` of code `usage` for an editor that failed, `badData` for a text that is
  ///   not JSON, which is kept.
  func edit(_ value: JSONValue) throws(SwarmError) -> JSONValue {
    try file.write(value.serialized(pretty: true) + [0x0A])
    // As git does: the command may have arguments of its own.
    let status = try ForegroundProgram.run(
      "/bin/sh", arguments: ["-c", "\(command) \"$1\"", "sh", file.path], environment: environment)
    guard status == 0 else {
      file.remove()
      throw SwarmError(
        .usage, "the editor `\(command)` ended with status \(status), so nothing was changed",
        hint: "set EDITOR to one that works, or say the change with options")
    }
    do throws(JSONSyntaxError) {
      return try JSONValue.parse((try? file.read()) ?? [], options: .allowNonFinite)
    } catch {
      throw keeping(
        SwarmError(
          .badData,
          "line \(error.line), column \(error.column) is not JSON: \(error.message); "
            + "nothing was changed"))
    }
  }

  /// Takes the person's text away, once it is in the memory.
  func remove() { file.remove() }

  /// An error that says where the person's text is.
  func keeping(_ error: SwarmError) -> SwarmError {
    var error = error
    let hint = Hint("what you wrote is in \(file.path)")
    error.hint = .all([error.hint, hint].compactMap(\.self))
    return error
  }
}
