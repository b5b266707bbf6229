/// Recognises what version managers put on the path in front of the real interpreter.
///
/// Known are the scripts of pyenv, asdf, mise and rtx, whose last line is `exec <manager> exec …`, and
/// the links to the manager itself that mise, rtx, rye and asdf use. Any other program may do something
/// of its own before it starts Python, such as giving up privileges.
enum VersionManagerShim {
  private static let scripted: Set<String> = ["pyenv", "asdf", "mise", "rtx"]
  private static let linked: Set<String> = ["mise", "rtx", "rye", "asdf"]
  /// Longer scripts are no shims.
  private static let limit = 16 << 10

  /// Whether a program only picks an interpreter and becomes it.
  static func isShim(_ path: String) -> Bool {
    if let bytes = FileSystem.linkTarget(path) {
      let target = String(decoding: bytes, as: UTF8.self)
      return linked.contains(name(target[...]))
    }
    guard let bytes = try? FileSystem.read(path, limit: limit), bytes.starts(with: "#!".utf8) else {
      return false
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let last = lines.last(where: { $0.contains { !$0.isWhitespace } }) else { return false }
    let words = last.split(separator: " ")
    guard words.count >= 3, words[0] == "exec", words[2] == "exec" || words[2] == "x" else {
      return false
    }
    return scripted.contains(name(words[1]))
  }

  /// The last component of a path, without the quotes around it.
  private static func name(_ path: Substring) -> String {
    let plain = path.filter { $0 != "\"" && $0 != "'" }
    return String(plain.split(separator: "/").last ?? "")
  }
}
