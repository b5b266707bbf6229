/// What history keeps of one call: never its arguments, its output, or anything of the memory.
package struct CallRecord: Sendable, Equatable {
  /// When it ended, in milliseconds since 1970.
  package var time: Int64
  /// The swarm.
  package var swarm: GUID
  /// The snapshot that was read in the place of the swarm, or `nil`.
  package var snapshot: String?
  /// Whose memory it worked on.
  package var namespace: Namespace
  /// The agent; `nil` where no agent was found for the name.
  package var agent: String?
  /// How it came in, such as `run`.
  package var frontEnd: String
  /// The exit status that it had, or would have had as a run of its own.
  package var status: Int32
  /// How long it took, waiting for locks included.
  package var milliseconds: Int
  /// Bytes of `memory.json` when it began; `nil` where it did not come so far.
  package var bytesBefore: Int?
  /// Bytes of `memory.json` when it ended.
  package var bytesAfter: Int?
  /// The version that holds what the memory was before it; `nil` where it changed nothing.
  package var version: Int?
  /// The level of the sandbox that it ran in, where there was one.
  package var sandbox: String?

  /// Begins the record of a call.
  init(_ swarm: GUID, _ namespace: Namespace, frontEnd: String) {
    time = 0
    self.swarm = swarm
    self.namespace = namespace
    self.frontEnd = frontEnd
    status = 0
    milliseconds = 0
  }

  /// What every line begins with.
  static let start = Array(#"{"at":"#.utf8)

  /// The record as one line of JSON, ended by a newline.
  ///
  /// Written piece by piece, because a batch writes very many.
  var line: [UInt8] {
    func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "null" }
    func text(_ value: String) -> String {
      String(decoding: JSONValue.string(value).serialized(), as: UTF8.self)
    }
    var line =
      "{\"at\":\(time),\"swarm_guid\":\"\(swarm)\",\"user_guid\":\"\(namespace.folderName)\","
      + "\"agent\":\(agent.map(text) ?? "null"),\"front_end\":\(text(frontEnd)),"
      + "\"exit\":\(status),\"ms\":\(milliseconds),\"bytes_before\":\(number(bytesBefore)),"
      + "\"bytes_after\":\(number(bytesAfter)),\"version\":\(number(version))"
    if let snapshot { line += ",\"snapshot\":\(text(snapshot))" }
    if let sandbox { line += ",\"sandbox\":\(text(sandbox))" }
    return Array((line + "}\n").utf8)
  }

  /// Reads a line; `nil` for one that is none.
  init?(line: some Sequence<UInt8>) {
    let bytes = Array(line)
    guard let object = (try? JSONValue.parse(bytes))?.object,
      let time = object["at"]?.int, let swarm = object["swarm_guid"]?.string.flatMap({ GUID($0) }),
      let namespace = object["user_guid"]?.string.flatMap({ Namespace(folderName: $0) })
    else { return nil }
    self.time = Int64(time)
    self.swarm = swarm
    self.namespace = namespace
    snapshot = object["snapshot"]?.string
    agent = object["agent"]?.string
    frontEnd = object["front_end"]?.string ?? ""
    status = Int32(clamping: object["exit"]?.int ?? 0)
    milliseconds = object["ms"]?.int ?? 0
    bytesBefore = object["bytes_before"]?.int
    bytesAfter = object["bytes_after"]?.int
    version = object["version"]?.int
    sandbox = object["sandbox"]?.string
  }
}
