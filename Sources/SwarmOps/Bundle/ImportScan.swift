/// Finds what a Python source imports, from its text alone; nothing is run.
///
/// It sees `import a.b, c`, `from a.b import c`, relative forms, and `import_module("a.b")` and
/// `__import__("a")` with a literal. Text in a string that reads like an import counts as one, so
/// the result may hold too much, but computed names are not seen.
struct ImportScan {
  /// One imported module.
  struct Module: Equatable {
    /// Leading dots: 0 for an absolute import.
    var level = 0
    /// The parts of the dotted name.
    var parts: [String] = []
    /// What is imported from it; each may be a module of its own.
    var names: [String] = []
  }

  /// The imports of a source, in order, repetitions included.
  static func modules(in source: [UInt8]) -> [Module] {
    var scan = ImportScan(bytes: source)
    scan.run()
    return scan.found
  }

  private let bytes: [UInt8]
  private var position = 0
  private var found: [Module] = []

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func run() {
    var isStatementStart = true
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ";"), UInt8(ascii: ":"):
        isStatementStart = true
        position += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C: position += 1
      case UInt8(ascii: "#"): skipComment()
      case _ where byte.isPythonWord:
        let word = word()
        if word == "import_module" || word == "__import__" {
          readCall()
        } else if isStatementStart && word == "import" {
          readImport()
        } else if isStatementStart && word == "from" {
          readFrom()
        }
        isStatementStart = false
      default:
        position += 1
        isStatementStart = false
      }
    }
  }

  private mutating func readImport() {
    repeat {
      skipSpace()
      let parts = dottedName()
      if parts.isEmpty { return }
      found.append(Module(parts: parts))
      skipAlias()
    } while consume(UInt8(ascii: ","))
  }

  private mutating func readFrom() {
    var module = Module()
    skipSpace()
    while consume(UInt8(ascii: ".")) {
      module.level += 1
      skipSpace()
    }
    module.parts = dottedName()
    skipSpace()
    guard word() == "import" else { return }
    skipSpace()
    let isBracketed = consume(UInt8(ascii: "("))
    repeat {
      skipSpace(andLines: isBracketed)
      let name = word()
      if name.isEmpty { break }
      module.names.append(name)
      skipAlias(andLines: isBracketed)
    } while consume(UInt8(ascii: ","))
    found.append(module)
  }

  private mutating func readCall() {
    skipSpace()
    guard consume(UInt8(ascii: "(")) else { return }
    skipSpace(andLines: true)
    guard consume(UInt8(ascii: "\"")) || consume(UInt8(ascii: "'")) else { return }
    var module = Module()
    while consume(UInt8(ascii: ".")) { module.level += 1 }
    module.parts = dottedName()
    if !module.parts.isEmpty { found.append(module) }
  }

  private mutating func dottedName() -> [String] {
    var parts: [String] = []
    repeat {
      skipSpace()
      let start = position
      let part = word()
      if part.isEmpty { return parts }
      // `from . import x` has no name at all.
      if part == "import" {
        position = start
        return parts
      }
      parts.append(part)
      skipSpace()
    } while consume(UInt8(ascii: "."))
    return parts
  }

  /// Skips `as name` after an imported name.
  private mutating func skipAlias(andLines: Bool = false) {
    skipSpace(andLines: andLines)
    let start = position
    if word() == "as" {
      skipSpace(andLines: andLines)
      _ = word()
      skipSpace(andLines: andLines)
    } else {
      position = start
    }
  }

  private mutating func word() -> String {
    let start = position
    while let byte = current, byte.isPythonWord { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func consume(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace(andLines: Bool = false) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C: position += 1
      case UInt8(ascii: "\\"):
        // A backslash joins lines only at their end.
        var next = position + 1
        if next < bytes.count, bytes[next] == UInt8(ascii: "\r") { next += 1 }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "\n") else { return }
        position = next + 1
      case UInt8(ascii: "\n") where andLines, UInt8(ascii: "\r") where andLines: position += 1
      case UInt8(ascii: "#") where andLines: skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() {
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
  }
}

extension UInt8 {
  /// Whether this byte may stand in a Python name: a letter, digit or underscore, or a part of another
  /// script's letter.
  var isPythonWord: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
