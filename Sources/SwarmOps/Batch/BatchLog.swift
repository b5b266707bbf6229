import Synchronization

/// The log of a batch, by which one that was cut off goes on with what was not acknowledged.
///
/// A line counts as acknowledged once its answer was written. Before a memory is put in place, the
/// log says, on disk, which lines it stands for, with their answers, and which file it will be. So a
/// batch that is cut off between the two finds out from the file itself that the calls were made,
/// and gives their answers again instead of making them again. What remains: a memory that another
/// program has changed between the cut and the resumption, and calls that changed no memory, which
/// are made again.
package final class BatchLog: Sendable {
  /// A call whose memory is about to be put in place.
  struct Intent: Sendable {
    let line: Int
    let answer: [UInt8]
  }

  /// Answers of calls that were made and not acknowledged, to be given again.
  package let recovered: [[UInt8]]

  private let path: String
  private let file: RecordFile
  /// The lines that were acknowledged.
  private let done: LineHashes
  private let hashes = Mutex<[Int: UInt32]>([:])
  private let buffer = Mutex<[UInt8]>([])

  /// Opens a log, made where it is missing.
  ///
  /// - Parameters:
  ///   - path: The log.
  ///   - layout: The root, to see which memory is in place.
  /// - Throws: ``SwarmError/Code/badData`` for a file that is no log, ``SwarmError/Code/io``.
  package init(_ path: String, layout: SwarmLayout) throws(SwarmError) {
    self.path = path
    do throws(SystemError) {
      file = try RecordFile(path)
    } catch {
      if error.isHeldByAnother {
        throw SwarmError(
          .busy, "another batch is using the log \(path)", hint: "give each batch its own log",
          path: path)
      }
      throw error.describing("open the log", path)
    }
    var content = try FileSystem.read(path)
    // A record that was cut off was not written.
    let whole = (content.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let torn = content.count - whole
    guard Self.mayBegin(content[whole...]) else {
      throw SwarmError(.badData, "\(path) is not the log of a batch", path: path)
    }
    content.removeLast(torn)
    var reading = Reading()
    for record in content.split(separator: UInt8(ascii: "\n")) {
      try reading.add(Array(record), path: path)
    }
    if torn > 0 {
      // Only now: a file that is no log stays as it is.
      do throws(SystemError) {
        try file.cut(to: whole)
      } catch {
        throw error.describing("repair the log", path)
      }
    }
    try reading.decide(layout)
    done = reading.done
    recovered = reading.recovered
    for (line, hash) in reading.recoveredLines { remember(line, hash) }
    // Before anything new is announced.
    for key in reading.void { try retract(key.swarm, key.namespace) }
  }

  /// Whether bytes may be the beginning of a record.
  private static func mayBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
    // A file of another kind stays as it is, also a request that lacks its line end.
    if let object = (try? JSONValue.parse(Array(bytes)))?.object {
      return object["hash"] != nil || object["memory"] != nil
    }
    // 0 stands for a digit, x for a part of a GUID.
    return ["{\"line\":0", "{\"swarm\":\"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\",\"memory\":\""]
      .contains {
        zip(bytes, $0.utf8).allSatisfy { byte, form in
          switch form {
          case UInt8(ascii: "0"): (48...57).contains(byte)
          case UInt8(ascii: "x"): (48...57).contains(byte) || (97...102).contains(byte)
          default: byte == form
          }
        }
      }
  }

  private struct Reading {
    var done = LineHashes()
    var recovered: [[UInt8]] = []
    var recoveredLines: [(Int, UInt32)] = []
    /// Memories whose last intent never came to be.
    var void: [NamespaceKey] = []
    /// The last intent of each memory, by its path's parts.
    private var intents: [NamespaceKey: (identity: [Int], lines: [JSONValue])] = [:]
    private var earlier: [JSONValue] = []

    mutating func add(_ record: [UInt8], path: String) throws(SwarmError) {
      guard let object = (try? JSONValue.parse(record))?.object else {
        throw SwarmError(.badData, "\(path) is not the log of a batch", path: path)
      }
      if let line = object["line"]?.int, let hash = object["hash"]?.int {
        mark(line, UInt32(truncatingIfNeeded: hash))
      } else if let swarm = object["swarm"]?.string.flatMap({ GUID($0) }),
        let folder = object["memory"]?.string, let namespace = Namespace(folderName: folder)
      {
        let key = NamespaceKey(swarm: swarm, namespace: namespace)
        guard let identity = object["file"]?.array?.compactMap(\.int),
          let lines = object["calls"]?.array
        else {
          intents[key] = nil
          return
        }
        // Each is written only after the one before it was in place or taken back.
        if let before = intents[key] { earlier += before.lines }
        intents[key] = (identity, lines)
      } else {
        throw SwarmError(.badData, "\(path) is not the log of a batch", path: path)
      }
    }

    private mutating func mark(_ line: Int, _ hash: UInt32) {
      if line >= 0 { done[line] = hash | 1 }
    }

    /// Decides which calls were made though nobody was told.
    mutating func decide(_ layout: SwarmLayout) throws(SwarmError) {
      var made = earlier
      for (key, intent) in intents {
        let status = try FileSystem.status(layout.memoryFile(key.swarm, key.namespace))
        if BatchLog.identity(status) == intent.identity {
          made += intent.lines
        } else {
          void.append(key)
        }
      }
      for call in made {
        guard let line = call["line"]?.int, let hash = call["hash"]?.int,
          let answer = call["answer"]?.string, line >= 0,
          // A line that is another now than when it was acknowledged counts by what it is.
          done[line] != UInt32(truncatingIfNeeded: hash) | 1
        else { continue }
        mark(line, UInt32(truncatingIfNeeded: hash))
        recovered.append(Array(answer.utf8))
        recoveredLines.append((line, UInt32(truncatingIfNeeded: hash)))
      }
    }
  }

  /// What tells one state of a memory from another; empty for none.
  private static func identity(_ status: FileStatus?) -> [Int] {
    guard let status else { return [] }
    return [Int(truncatingIfNeeded: status.inode), status.size, Int(status.modified)]
  }

  /// FNV-1a, 32 bits, of a line; the lowest bit is always set.
  private static func hash(_ line: [UInt8]) -> UInt32 {
    var hash: UInt32 = 0x811c_9dc5
    for byte in line { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return hash | 1
  }

  /// Whether a line was acknowledged.
  ///
  /// - Parameters:
  ///   - line: Its number.
  ///   - content: Its bytes; a line that is another now is made as if it were new.
  func holds(_ line: Int, _ content: [UInt8]) -> Bool {
    let hash = Self.hash(content)
    if done[line] == hash { return true }
    hashes.withLock { $0[line] = hash }
    return false
  }

  /// What stands in the log for a line whose bytes were thrown away.
  func holdsTooLong(_ line: Int) -> Bool { holds(line, Array("too long".utf8)) }

  private func remember(_ line: Int, _ hash: UInt32) {
    record(["line": .number(JSONNumber(line)), "hash": .number(JSONNumber(Int(hash | 1)))])
  }

  private func record(_ object: JSONObject) {
    let bytes = JSONValue.object(object).serialized() + [UInt8(ascii: "\n")]
    buffer.withLock { $0 += bytes }
  }

  /// Notes that a line's answer was handed on; ``flush()`` writes it down.
  func answered(_ line: Int) throws(SwarmError) {
    guard let hash = hashes.withLock({ $0.removeValue(forKey: line) }) else { return }
    remember(line, hash)
  }

  /// Notes that a line will not be answered here.
  func forget(_ line: Int) { hashes.withLock { _ = $0.removeValue(forKey: line) } }

  /// Writes down what was acknowledged.
  func flush() throws(SwarmError) {
    let bytes = buffer.withLock { buffer in
      let bytes = buffer
      buffer.removeAll(keepingCapacity: true)
      return bytes
    }
    if bytes.isEmpty { return }
    try write(bytes)
  }

  /// Writes down, on disk, which calls a memory stands for that is about to be put in place.
  ///
  /// - Parameters:
  ///   - intents: The calls.
  ///   - swarm: The memory's swarm.
  ///   - namespace: The memory's namespace.
  ///   - status: The file that will be in place, or `nil` for none.
  func willCommit(_ intents: [Intent], swarm: GUID, namespace: Namespace, file status: FileStatus?)
    throws(SwarmError)
  {
    if intents.isEmpty { return }
    let calls = intents.map { intent -> JSONValue in
      let hash = hashes.withLock { $0[intent.line] } ?? 0
      return [
        "line": .number(JSONNumber(intent.line)), "hash": .number(JSONNumber(Int(hash))),
        "answer": .string(String(decoding: intent.answer, as: UTF8.self)),
      ]
    }
    let record: JSONObject = [
      "swarm": .string("\(swarm)"), "memory": .string(namespace.folderName),
      "file": .array(Self.identity(status).map { .number(JSONNumber($0)) }),
      "calls": .array(calls),
    ]
    try write(JSONValue.object(record).serialized() + [UInt8(ascii: "\n")])
    do {
      try file.sync()
    } catch {
      throw error.describing("write the log", path)
    }
  }

  /// Writes down that what was last announced for a memory is not in place and will not be.
  ///
  /// Otherwise the next announcement for this memory would say that it had been.
  func retract(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) {
    let record: JSONObject = [
      "swarm": .string("\(swarm)"), "memory": .string(namespace.folderName), "file": .null,
    ]
    try write(JSONValue.object(record).serialized() + [UInt8(ascii: "\n")])
  }

  /// Writes whole records, or none.
  private func write(_ bytes: [UInt8]) throws(SwarmError) {
    do {
      try file.append(bytes)
    } catch {
      throw error.describing("write the log", path)
    }
  }
}

/// Hashes by line number, 0 for none: as dense as the lines of a file are, however large a number
/// somebody has written.
private struct LineHashes {
  private var dense: [UInt32] = []
  private var sparse: [Int: UInt32] = [:]

  subscript(line: Int) -> UInt32 {
    get { line < dense.count ? dense[line] : sparse[line] ?? 0 }
    set {
      if line < dense.count {
        dense[line] = newValue
      } else if line < dense.count * 2 + 4096 {
        dense.append(contentsOf: repeatElement(0, count: line + 1 - dense.count))
        dense[line] = newValue
      } else {
        sparse[line] = newValue
      }
    }
  }
}
