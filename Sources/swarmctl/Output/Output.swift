import SwarmOps
import Synchronization

/// The one place that writes results, errors and notes.
///
/// Standard output is the answer, standard error is the talk. With JSON, standard output holds
/// exactly one document (one a line with `jsonl`), errors included.
final class Output: Sendable {
  /// The format that was asked for.
  let format: any FormatWriter
  let standardOutput: StandardStream
  let standardError: StandardStream
  /// Colour on standard output.
  let style: Style
  /// Colour on standard error.
  let errorStyle: Style
  /// The width of the terminal that standard output is; nil where it is none.
  let width: Int?
  /// Whether `--debug` was given.
  let debug: Bool
  /// Whether a streamed JSON document was begun and not ended.
  let hasOpenDocument = Mutex(false)

  init(
    format: OutputFormat, standardOutput: StandardStream, standardError: StandardStream,
    style: Style = Style(usesColor: false), errorStyle: Style = Style(usesColor: false),
    width: Int? = nil, debug: Bool = false
  ) {
    self.format = format.writer
    self.standardOutput = standardOutput
    self.standardError = standardError
    self.style = style
    self.errorStyle = errorStyle
    self.width = width
    self.debug = debug
  }

  /// The output of this process.
  ///
  /// - Parameters:
  ///   - global: What the command line says about format and colour.
  ///   - environment: The environment's variables.
  convenience init(global: GlobalOptions, environment: [String: String]) {
    func style(_ descriptor: Int32) -> Style {
      Style(
        usesColor: global.color.resolved(
          environment: environment, isTerminal: Terminal.isTerminal(descriptor)))
    }
    self.init(
      format: global.format,
      standardOutput: StandardStream(descriptor: 1, name: "standard output"),
      standardError: StandardStream(descriptor: 2, name: "standard error"),
      style: style(1), errorStyle: style(2),
      width: Terminal.width(of: 1, environment: environment), debug: global.debug)
  }

  /// JSON is laid out for people on a terminal and takes one line elsewhere.
  var isPretty: Bool { prints(.document) && width != nil }

  /// Whether this part of a report is what is printed.
  func prints(_ part: Report.Part) -> Bool { format.part == part }

  /// Whether a program reads the output: then errors are JSON as well, and nobody is asked.
  var isForPrograms: Bool { format.isForPrograms }

  // MARK: Results

  /// Writes a command's whole answer and closes standard output.
  ///
  /// - Parameter report: The result; nil where the command has written it itself.
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written, which says what was
  ///   done all the same.
  func answer(_ report: Report?) throws(SwarmError) {
    do throws(SwarmError) {
      if let report { try emit(report) }
      try finish()
    } catch {
      guard let done = report?.done else { throw error }
      var error = error
      error.message += ", but \(done)"
      throw error
    }
  }

  /// Writes a report in the format that was asked for, and flushes.
  ///
  /// - Parameter report: The result.
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written; a reader that has
  ///   gone is no error.
  func emit(_ report: Report) throws(SwarmError) {
    // First, so that they stand before what follows them on a terminal.
    for text in report.warnings where !report.saidWarnings.contains(text) { warn(text) }
    if !report.isWritten { try format.write(report, to: self) }
    try standardOutput.flush()
    for text in report.notes { note(text) }
  }

  /// Writes an error in the format that was asked for, and flushes.
  ///
  /// - Parameter error: The error.
  /// - Returns: The status that the process ends with.
  @discardableResult
  func emit(_ error: SwarmError) -> Int32 {
    do throws(SwarmError) {
      if isForPrograms {
        if hasOpenDocument.withLock({ $0 }) {
          try closeDocument(fields: error.envelope)
        } else {
          try write(error.envelope)
        }
        try standardOutput.flush()
        return error.code.exitStatus
      }
      try standardOutput.flush()
    } catch {
      // Standard output is broken; standard error still gets the first error below.
    }
    // Whoever asked for the end must not wait for a reader that stands still.
    let isAskedFor = [.interrupted, .terminated, .hangup].contains(error.code)
    if !isAskedFor || Terminal.takesOutput(2) {
      talk(error.humanText(style: errorStyle, showsTrace: debug))
    }
    return error.code.exitStatus
  }

  /// Writes bytes as they are, such as a memory file's own.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written.
  func writeRaw(_ bytes: [UInt8]) throws(SwarmError) { try standardOutput.write(bytes) }

  /// Writes one JSON document on one line, whatever the format.
  ///
  /// - Parameter value: The document.
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written.
  func writeLine(_ value: JSONValue) throws(SwarmError) {
    try standardOutput.write(value.serialized(sortedKeys: true) + [UInt8(ascii: "\n")])
  }

  /// Writes what is kept and closes standard output; to be called last.
  ///
  /// - Throws: `SwarmError` of code `io` when a full disk or another fault shows only now.
  func finish() throws(SwarmError) { try standardOutput.finish() }

  /// Writes the one document of an answer.
  func write(_ document: JSONObject) throws(SwarmError) {
    let bytes = JSONValue.object(document).serialized(pretty: isPretty, sortedKeys: true)
    try standardOutput.write(bytes + [UInt8(ascii: "\n")])
  }

  // MARK: Talk

  /// Says on standard error, in every format, what was not right.
  func warn(_ text: String) {
    talk("\(errorStyle.yellow("warning:")) \(VisibleText.lines(text))\n")
  }

  /// Says something on standard error to people; nothing with JSON and names.
  func note(_ text: String) {
    if prints(.table) { talk("\(VisibleText.lines(text))\n") }
  }

  /// Says something on standard error to the person who is asked, in every format.
  func tell(_ text: String) { talk("\(VisibleText.lines(text))\n") }

  /// Passes on what an agent printed, as it is.
  func relay(_ bytes: UnsafeRawBufferPointer) {
    try? standardError.write(Array(bytes))
    try? standardError.flush()
  }

  /// Says something on standard error, as much of it as is taken at once: for those who must not
  /// wait for a reader.
  func mention(_ text: String) {
    let bytes = Array((VisibleText.lines(text) + "\n").utf8)
    _ = try? SharedDescriptor(standardError.descriptor).write(bytes[...])
  }

  /// Shows a line on standard error in place of the last such line; empty to take it away.
  func status(_ text: String) {
    try? standardError.write("\r\u{1B}[K" + VisibleText.line(text))
    try? standardError.flush()
  }

  /// Says something on standard error with `--debug`.
  func explain(_ text: @autoclosure () -> String) {
    if debug { talk("\(errorStyle.dim("debug:")) \(VisibleText.lines(text()))\n") }
  }

  /// A standard error that cannot be written is no reason to fail: there is nobody to tell.
  private func talk(_ text: String) {
    try? standardError.write(text)
    try? standardError.flush()
  }
}
