import SwarmOps

/// Text that a command takes from a file, from standard input, or from the command line itself.
enum InputText {
  /// The most bytes that are read as one document.
  static let sizeLimit = 256 << 20

  /// The bytes of a file, or of standard input for `-`.
  static func bytes(_ path: String) throws(SwarmError) -> [UInt8] {
    if path == "-" { Terminal.sayReading() }
    return path == "-"
      ? try InputFile.standardInput(limit: sizeLimit)
      : try InputFile.read(path, limit: sizeLimit)
  }

  /// The JSON that an option gives: JSON itself, `@file`, or `-` for standard input.
  ///
  /// - Throws: A `SwarmError` of code `usage` for anything but JSON.
  static func value(_ text: String, option: String) throws(SwarmError) -> JSONValue {
    let source =
      text == "-" || text.hasPrefix("@") && text.count > 1
      ? try bytes(text == "-" ? text : String(text.dropFirst())) : Array(text.utf8)
    do throws(JSONSyntaxError) {
      return try JSONValue.parse(source, options: .skipByteOrderMark)
    } catch {
      throw SwarmError(
        .usage, "what \(option) gives is not JSON: \(error)",
        hint: "text is JSON in quotes, as in \(option) '\"text\"'")
    }
  }

  /// The object that `--args` gives: JSON itself, `@file`, or `-` for standard input.
  ///
  /// - Throws: A `SwarmError` of code `usage` for anything but a JSON object.
  static func argumentObject(_ text: String?) throws(SwarmError) -> JSONObject {
    guard let text else { return [:] }
    let source: [UInt8]
    let name: String
    if text == "-" {
      (source, name) = (try bytes("-"), "standard input")
    } else if text.hasPrefix("@") {
      name = String(text.dropFirst())
      if name.isEmpty {
        throw SwarmError(
          .usage, "--args @ names no file",
          hint: "after @ comes the path of a JSON file, or say --args - for standard input")
      }
      do throws(SwarmError) {
        source = try bytes(name)
      } catch {
        guard error.code == .noSuchFile, error.hint == nil else { throw error }
        throw SwarmError(
          .noSuchFile, "the file of --args does not exist: \(name)",
          hint: "after @ comes the path of a JSON file, here or from the root", path: error.path)
      }
    } else {
      (source, name) = (Array(text.utf8), "--args")
    }
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONValue.parse(source, options: .skipByteOrderMark)
    } catch {
      throw SwarmError(
        .usage, "the arguments in \(name) are not JSON: \(error)",
        hint: "give one object, such as --args '{\"content\": \"…\"}'")
    }
    guard let object = value.object else {
      throw SwarmError(
        .usage, "the arguments in \(name) are of type \(value.typeName), not an object",
        hint: "give one object, such as --args '{\"content\": \"…\"}'")
    }
    return object
  }
}
