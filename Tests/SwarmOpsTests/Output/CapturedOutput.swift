import SwarmOps
import Testing

@testable import swarmctl

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An output that writes into two files without names.
struct CapturedOutput {
  let output: Output
  private let files: (UnsafeMutablePointer<FILE>, UnsafeMutablePointer<FILE>)

  init(
    _ format: OutputFormat, width: Int? = nil, usesColor: Bool = false, debug: Bool = false
  ) throws {
    files = (try #require(tmpfile()), try #require(tmpfile()))
    output = Output(
      format: format,
      standardOutput: StandardStream(descriptor: fileno(files.0), name: "standard output"),
      standardError: StandardStream(descriptor: fileno(files.1), name: "standard error"),
      style: Style(usesColor: usesColor), errorStyle: Style(usesColor: usesColor), width: width,
      debug: debug)
  }

  var standardOutput: String { Self.content(of: files.0) }
  var standardError: String { Self.content(of: files.1) }

  func close() {
    fclose(files.0)
    fclose(files.1)
  }

  private static func content(of file: UnsafeMutablePointer<FILE>) -> String {
    let descriptor = fileno(file)
    let size = Int(lseek(descriptor, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: size)
    let count = pread(descriptor, &bytes, size, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
