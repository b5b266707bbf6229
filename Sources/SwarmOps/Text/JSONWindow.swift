/// What was read of a JSON text, piece by piece, and not passed yet.
final class JSONWindow {
  private let next: () throws(SwarmError) -> [UInt8]
  private let name: String
  /// What was handed over and not passed yet begins at ``position``.
  private(set) var bytes: [UInt8] = []
  private(set) var position = 0
  private var isAtEnd = false
  /// Where the window begins in the text.
  private var start = (offset: 0, line: 1, column: 1)

  /// Begins a text.
  ///
  /// - Parameters:
  ///   - name: What the text is, for errors.
  ///   - next: Gives the next bytes; none at the end.
  init(_ name: String, next: @escaping () throws(SwarmError) -> [UInt8]) {
    (self.name, self.next) = (name, next)
  }

  /// The next byte; `nil` at the end of the text.
  func byte() throws(SwarmError) -> UInt8? {
    if position < bytes.count { return bytes[position] }
    return try fill(1) ? bytes[position] : nil
  }

  /// Passes bytes that are there.
  func pass(_ count: Int) { position += count }

  /// Passes spaces, tabs and ends of lines.
  func passSpace() throws(SwarmError) {
    while let byte = try byte(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Sees to it that so many bytes can be looked at; false where the text ends before.
  func fill(_ count: Int) throws(SwarmError) -> Bool {
    while bytes.count - position < count {
      if isAtEnd { return false }
      let piece = try next()
      if piece.isEmpty {
        isAtEnd = true
        return false
      }
      countPassed()
      bytes = position == bytes.count ? piece : Array(bytes[position...]) + piece
      position = 0
    }
    return true
  }

  /// Counts lines and columns of what leaves the window.
  private func countPassed() {
    bytes.withUnsafeBytes { bytes in
      for byte in bytes[..<position] {
        if byte == 0x0A {
          start.line += 1
          start.column = 1
        } else if byte & 0xC0 != 0x80 {
          start.column += 1
        }
      }
    }
    start.offset += position
  }

  /// The error for what stands here, with its line and column.
  func mistake(_ problem: JSONFailure.Problem) -> SwarmError {
    let found = bytes.withUnsafeBytes {
      JSONSyntaxError(JSONFailure(problem: problem, offset: position), in: $0)
    }
    let error = JSONSyntaxError(
      message: found.message, line: start.line + found.line - 1,
      column: found.line == 1 ? start.column + found.column - 1 : found.column,
      offset: start.offset + found.offset)
    return SwarmError(.badData, "\(name) is not JSON: \(error)")
  }
}
