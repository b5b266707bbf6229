import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `batch`: many calls, JSON lines in, JSON lines out.
enum BatchCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let input = try BatchInput(arguments.word(.file) ?? "-")
    if SharedDescriptor(1).isSameFile(as: SharedDescriptor(input.descriptor)) {
      throw SwarmError(
        .usage, "the answers would go into the file that the requests are read from",
        hint: "name another file for the answers; a shell empties the one that it opens with >")
    }
    context.warnAboutNetworkRoot()
    let progress = ProgressLine(context.output, inputSize: input.size)
    let runner = try BatchRunner(
      store: context.store, environment: context.agentEnvironment,
      options: try options(context, showsProgress: progress.isShown))
    let output = context.output
    let answers = AnswerStream(cancellation: context.runOptions.cancellation)
    let end: BatchRunner.Progress
    do throws(SwarmError) {
      end = try runner.run(input: input.descriptor) { line, number throws(SwarmError) in
        try answers.write(line, number)
      } onIdle: { now throws(SwarmError) in
        try answers.flush()
        progress.show(now)
      }
    } catch {
      progress.clear()
      throw explained(error, answers, isLogged: arguments[.resume] != nil)
    }
    progress.clear()
    output.note(
      "\(end.answered) answered, \(end.failed) failed"
        + (end.skipped > 0 ? ", \(end.skipped) skipped" : ""))
    return Report(exitStatus: end.failed > 0 ? 1 : 0, isWritten: true)
  }

  /// Says how far a batch came that was broken off, and how to go on.
  private static func explained(_ error: SwarmError, _ answers: AnswerStream, isLogged: Bool)
    -> SwarmError
  {
    let what: String
    switch error.code {
    case .interrupted: what = "interrupted"
    case .terminated: what = "terminated"
    case .hangup: what = "the terminal went away"
    case .io where answers.hasNoReader: what = "nobody reads the answers any more"
    default: return error
    }
    let count = answers.count
    let last = answers.lastLine.map { ", the last for line \($0)" } ?? ""
    return SwarmError(
      error.code,
      "\(what); \(count == 1 ? "1 answer was" : "\(count) answers were") written\(last), and what was "
        + "answered stands",
      hint: isLogged
        ? "the same command goes on where this one ended"
        : "with --resume <log> a batch that is broken off can be gone on with")
  }

  private static func options(_ context: CommandContext, showsProgress: Bool)
    throws(SwarmError) -> BatchRunner.Options
  {
    let arguments = context.arguments
    var options = BatchRunner.Options()
    options.engine = context.engineOptions
    options.engine.jobs = arguments[.jobs] ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    options.isOrdered = arguments[.ordered]
    options.stopsAtFailure = arguments[.failFast]
    options.isChecked = !arguments[.noValidate]
    options.shard = arguments[.shard]
    options.showsProgress = showsProgress
    options.engine.keepsCopiesOnDisk = arguments[.copiesOnDisk]
    options.hintWording = { HintWording.text($0, in: .batchLine) }
    if let path = arguments[.resume] {
      options.log = try BatchLog(path, layout: context.store.layout)
    }
    return options
  }
}

/// Where a batch's requests come from.
private struct BatchInput {
  let descriptor: Int32
  /// Bytes, where it is a file.
  let size: Int?

  /// Opens a file, or standard input for `-`.
  ///
  /// The C function is `open`.
  init(_ path: String) throws(SwarmError) {
    if path == "-" {
      descriptor = 0
    } else {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      if descriptor == -1 {
        let number = errno
        let shown = path.shortenedPath
        throw SwarmError(
          number == ENOENT ? .noSuchFile : .io,
          number == ENOENT ? "\(shown) does not exist" : "cannot read \(shown)",
          hint: "name a file of JSON lines, or - for standard input", path: shown,
          underlying: String(cString: strerror(number)))
      }
    }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    if isKnown && status.st_mode & S_IFMT == S_IFDIR {
      throw SwarmError(
        .io, "\(path == "-" ? "standard input" : path.shortenedPath) is a folder",
        hint: "name a file of JSON lines, or - for standard input", path: path.shortenedPath)
    }
    let isFile = isKnown && status.st_mode & S_IFMT == S_IFREG
    size = isFile ? Int(status.st_size) : nil
  }
}

/// Where a batch's answers go: standard output, which a reader may hold up for as long as it likes.
///
/// Ctrl-C must work meanwhile, so no write is begun that might wait.
private final class AnswerStream {
  /// Whether whoever read the answers has gone.
  private(set) var hasNoReader = false
  /// How many answers were written whole.
  private(set) var count = 0
  /// The line of the last of them.
  private(set) var lastLine: Int?

  private let cancellation: Cancellation?
  private var buffer: [UInt8] = []
  /// The answers in the buffer: the line of each, and where it ends.
  private var ends: [(line: Int, end: Int)] = []
  /// What a pipe surely takes at once where it takes anything (`PIPE_BUF`).
  private static let piece = 4096

  init(cancellation: Cancellation?) { self.cancellation = cancellation }

  /// Adds a line.
  ///
  /// - Parameters:
  ///   - line: The answer.
  ///   - number: The number of its request's line, or 0.
  func write(_ line: [UInt8], _ number: Int) throws(SwarmError) {
    buffer += line
    buffer.append(UInt8(ascii: "\n"))
    ends.append((number, buffer.count))
    if buffer.count >= StandardStream.bufferSize { try flush() }
  }

  /// Writes what is kept.
  ///
  /// - Throws: `SwarmError` of code `io`, also where nobody reads any more, or of the cancellation.
  func flush() throws(SwarmError) {
    var start = 0
    defer {
      let written = ends.prefix { $0.end <= start }
      count += written.count
      lastLine = written.last { $0.line > 0 }?.line ?? lastLine
      ends = []
      buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
    }
    while start < buffer.count {
      try cancellation?.waitUntilWritable(1)
      let end = min(start + Self.piece, buffer.count)
      let written = buffer[start..<end].withUnsafeBytes { writeBytes(1, $0) }
      if written >= 0 {
        start += written
      } else if errno == EPIPE {
        hasNoReader = true
        throw SwarmError(.io, "nobody reads the answers any more")
      } else if errno != EINTR && errno != EAGAIN {
        throw SwarmError(
          .io, "cannot write standard output", underlying: String(cString: strerror(errno)))
      }
    }
  }
}

/// The C function `write`, whose name a method above takes.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
