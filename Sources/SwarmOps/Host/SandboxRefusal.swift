/// Something that an agent asked for and the sandbox refused: names, never content or values.
public enum SandboxRefusal: Sendable, Equatable {
  /// To read a file or folder.
  case reading(String)
  /// To change a file or folder.
  case changing(String)
  /// To make something in a folder.
  case making(String)
  /// Something in the root, or around it.
  case everyonesMemory(String)
  /// A variable that is set.
  case variable(String)
  /// A socket that has a name on this machine.
  case namedSocket
  /// A socket of any kind.
  case network
  /// A file that is too large.
  case fileSize
  /// More memory.
  case memory

  /// What was refused, and what would allow it.
  public var hint: Hint {
    switch self {
    case .reading(let path):
      .use(.allowRead(path), to: "the sandbox refused to read \(path.shortenedPath); allow it")
    case .changing(let path):
      .use(.allowWrite(path), to: "the sandbox refused to change \(path.shortenedPath); allow it")
    case .making(let path):
      .use(
        .allowWrite(Self.folder(of: path)),
        to: "the sandbox refused to make \(path.shortenedPath); allow it")
    case .everyonesMemory(let path):
      .text("the sandbox refused \(path.shortenedPath): everyone's memory is there")
    case .variable(let name):
      .use(.passEnvironment(name), to: "the variable \(name) is set but was withheld; pass it on")
    case .namedSocket:
      .use(
        .sandbox, to: "the sandbox refused a socket that has a name on this machine; turn it off")
    case .network: .use(.sandbox, to: "the sandbox refused the network; allow it")
    case .fileSize: .use(.diskLimit, to: "a file was to grow past the limit; allow more")
    case .memory: .use(.memoryLimit, to: "the limit of memory was reached; allow more")
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  // MARK: Remembered

  /// Reads what ``json`` made.
  init?(json: JSONValue) {
    guard let pair = json.array, let kind = pair.first?.string else { return nil }
    let name = pair.count > 1 ? pair[1].string ?? "" : ""
    switch kind {
    case "reading": self = .reading(name)
    case "changing": self = .changing(name)
    case "making": self = .making(name)
    case "memory": self = .everyonesMemory(name)
    case "variable": self = .variable(name)
    case "socket": self = .namedSocket
    case "network": self = .network
    default: return nil
    }
  }

  /// A value that ``init(json:)`` reads.
  var json: JSONValue {
    switch self {
    case .reading(let path): ["reading", .string(path)]
    case .changing(let path): ["changing", .string(path)]
    case .making(let path): ["making", .string(path)]
    case .everyonesMemory(let path): ["memory", .string(path)]
    case .variable(let name): ["variable", .string(name)]
    case .namedSocket: ["socket"]
    case .network: ["network"]
    case .fileSize: ["size"]
    case .memory: ["limit"]
    }
  }
}
