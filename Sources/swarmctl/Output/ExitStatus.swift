import SwarmOps

/// What the process ends with: the one place that maps an error's code to an exit status.
extension SwarmError.Code {
  /// The process exit status of this code.
  var exitStatus: Int32 {
    switch self {
    case .agentFailed, .declined: 1
    case .usage, .badUser, .badArgument, .ambiguous, .confirmationRequired: 64
    case .badBundle, .badData, .invalidMemory, .agentNotLoadable: 65
    case .noSuchSwarm, .noSuchAgent, .noSuchUser, .noSuchDeploy, .noSuchEntry, .noSuchFile,
      .noSuchSnapshot, .noSuchVersion:
      66
    case .internalError: 70
    case .io: 74
    case .busy: 75
    case .conflict: 76
    case .refused, .sealed, .snapshot: 77
    case .setup: 78
    case .timeout: 124
    case .hangup: 129
    case .interrupted: 130
    case .terminated: 143
    }
  }
}
