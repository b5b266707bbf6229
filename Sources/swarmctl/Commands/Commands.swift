import SwarmOps

/// Which code carries out which command of the table.
enum Commands {
  /// Carries out a command.
  ///
  /// - Parameters:
  ///   - path: The command's names, such as `["memory", "wipe"]`.
  ///   - context: What it works with.
  /// - Returns: What to print, or nil where the command has written its answer itself.
  /// - Throws: What the command throws; ``SwarmError/Code/internalError`` for a command that the
  ///   table has and nobody carries out.
  static func run(_ path: [String], _ context: CommandContext) throws(SwarmError) -> Report? {
    do throws(SwarmError) {
      return try carryOut(path, context)
    } catch {
      throw MistakeAdvice.improved(error, context)
    }
  }

  private static func carryOut(_ path: [String], _ context: CommandContext) throws(SwarmError)
    -> Report?
  {
    switch path.joined(separator: " ") {
    case "quickstart": try QuickstartCommand.run(context)
    case "init": try InitCommand.run(context)
    case "deploy": try DeployCommand.run(context)
    case "deploys": try DeploysCommand.run(context)
    case "rollback": try RollbackCommand.run(context)
    case "rename": try RenameCommand.run(context)
    case "copy": try CopyCommand.run(context)
    case "list": try ListCommand.run(context)
    case "inspect": try InspectCommand.run(context)
    case "configure": try ConfigureCommand.run(context)
    case "agents": try AgentsCommand.run(context)
    case "requirements": try RequirementsCommand.run(context)
    case "run": try RunCommand.run(context)
    case "batch": try BatchCommand.run(context)
    case "context": try ContextCommand.run(context)
    case "mcp": try MCPCommand.run(context)
    case "users": try UsersCommand.run(context)
    case "users name": try UserNameCommand.run(context)
    case "users names": try UserNamesCommand.run(context)
    case "memory show": try MemoryShowCommand.run(context)
    case "memory add": try MemoryAddCommand.run(context)
    case "memory edit": try MemoryEditCommand.run(context)
    case "memory search": try MemorySearchCommand.run(context)
    case "memory wipe": try MemoryWipeCommand.run(context)
    case "memory export": try MemoryExportCommand.run(context)
    case "memory import": try MemoryImportCommand.run(context)
    case "memory forget": try MemoryForgetCommand.run(context)
    case "memory versions": try MemoryVersionsCommand.run(context)
    case "memory diff": try MemoryDiffCommand.run(context)
    case "memory undo": try MemoryUndoCommand.run(context)
    case "seal": try SealCommand.seal(context)
    case "unseal": try SealCommand.unseal(context)
    case "snapshot create": try SnapshotCreateCommand.run(context)
    case "snapshot list": try SnapshotListCommand.run(context)
    case "snapshot remove": try SnapshotRemoveCommand.run(context)
    case "snapshot restore": try SnapshotRestoreCommand.run(context)
    case "history": try HistoryCommand.run(context)
    case "export": try ExportCommand.run(context)
    case "remove": try RemoveCommand.run(context)
    case "completion": try CompletionCommand.run(context)
    case "report": try ReportCommand.run(context)
    case "doctor": try DoctorCommand.run(context)
    case "root": try RootCommand.run(context)
    case "help": try HelpCommand.run(context)
    default:
      throw SwarmError(.internalError, "`\(path.joined(separator: " "))` is not built yet")
    }
  }
}
