import SwarmOps

/// Hints in the words of this command line; no other file of the program or its library spells an
/// option or a command for what `SwarmOps` has found.
enum HintWording {
  /// Where what a hint says can be set.
  enum Place: Sendable {
    case commandLine
    /// A line of a batch's input: what belongs to one call is a member of its request.
    case batchLine
  }

  /// The hint as one or more sentences without an end mark.
  static func text(_ hint: Hint) -> String { text(hint, in: .commandLine) }

  /// The hint in the words of the place where the mistake was made.
  static func text(_ hint: Hint, in place: Place) -> String {
    switch hint {
    case .text(let text): text
    case .didYouMean(let meant): "did you mean \"\(meant)\"?"
    case .use(let setting, let end): "\(end) with \(spelled(setting, in: place))"
    case .omit(let setting, let end): "\(end) without \(spelled(setting, in: place))"
    case .run(let command, let effect): "`swarmctl \(words(command))` \(effect)"
    case .keptVersion(let path): "the agent's version is in \(path): compare, and run again"
    case .deployAgain(let swarm):
      "deploy its bundle again with --guid \(swarm); its memory is kept"
    case .ownCall: "an agent cannot call swarmctl on the memory or swarm that it is running on"
    case .bundleForms:
      "give a *.swarm.json file, a folder of *_agent.py files, or - for standard input"
    case .all(let hints): hints.map { text($0, in: place) }.joined(separator: "; ")
    case .either(let hints): hints.map { text($0, in: place) }.joined(separator: ", or ")
    }
  }

  private static func spelled(_ setting: Hint.Setting, in place: Place) -> String {
    guard place == .batchLine else { return option(setting) }
    return switch setting {
    case .user, .userName: "\"user_guid\": \"<guid>\""
    case .validation: "\"validate\": false"
    case .arguments(let example): "\"args\", as in \"args\": \(example)"
    default: option(setting)
    }
  }

  private static func option(_ setting: Hint.Setting) -> String {
    switch setting {
    case .agreement: "--yes"
    case .forced: "--force"
    case .allowBroken: "--allow-broken"
    case .strict: "--strict"
    case .validation: "--no-validate"
    case .dryRun: "--dry-run"
    case .timeout: "--timeout <duration>"
    case .lockTimeout: "--lock-timeout <duration>"
    case .memoryLimit: "--max-memory <size>"
    case .diskLimit: "--max-disk <size>"
    case .root: "--root or SWARMCTL_ROOT"
    case .python: "--python <path> or SWARMCTL_PYTHON"
    case .user: "--user <guid>"
    case .userName: "--user <name>"
    case .shared: "--shared"
    case .name: "--name <name>"
    case .guid(let guid): "--guid \(guid.map(\.description) ?? "<guid>")"
    case .newSwarm: "--new"
    case .merge: "--merge"
    case .entry: "--entry <id>"
    case .format: "-o json"
    case .arguments(let example): "--args, as in --args '\(example)'"
    case .sandbox: "--sandbox <level>"
    case .allowRead(let path): "--allow-read \(quoted(path))"
    case .allowWrite(let path): "--allow-write \(quoted(path))"
    case .passEnvironment(let name): "--pass-env \(quoted(name))"
    }
  }

  private static func words(_ command: Hint.Command) -> String {
    switch command {
    case .list: "list"
    case .quickstart: "quickstart"
    case .deploy: "deploy <bundle>"
    case .doctor: "doctor"
    case .fix: "doctor --fix"
    case .shareRoot: "root --shared"
    case .userNames: "users names"
    case .takeUserName(let name): "users name \(quoted(name)) --remove"
    case .users(let swarm): "users \(quoted(swarm))"
    case .agents(let swarm): "agents \(quoted(swarm))"
    case .export(let swarm): swarm.map { "export \(quoted($0))" } ?? "export"
    case .wipe: "memory wipe"
    case .entryIDs(let swarm): "memory show \(swarm) -q"
    case .mergeMemory(let swarm, let user, let file):
      "memory import \(swarm) --user \(user) --merge \(quoted(file))"
    case .deploys(let swarm): "deploys \(swarm)"
    case .rollback(let swarm): "rollback \(swarm)"
    case .configure(let swarm): "configure \(swarm)"
    case .requirements(let swarm): "requirements \(swarm)"
    case .call(let swarm, let agent): "run \(quoted(swarm)) \(quoted(agent))"
    case .unseal(let swarm): "unseal \(swarm)"
    case .snapshots(let swarm): "snapshot list \(swarm)"
    case .createSnapshot(let swarm): "snapshot create \(swarm)"
    case .removeSnapshot(let snapshot): "snapshot remove \(quoted(snapshot))"
    case .restoreSnapshot(let snapshot): "snapshot restore \(quoted(snapshot))"
    case .versions(let swarm): "memory versions \(swarm)"
    case .history: "history"
    }
  }

  /// A word as a shell takes it.
  static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}

extension SwarmError {
  /// The error as the wire envelope, its hint in words.
  var envelope: JSONObject { envelope(wording: HintWording.text) }
}
