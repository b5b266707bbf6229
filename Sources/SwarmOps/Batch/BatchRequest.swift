/// One line of a batch, read.
///
/// `{"id": any, "swarm_guid" or "swarm": …, "name": …, "args": {…}, "user_guid": …, "validate": true}`,
/// which is the swarm server's own request body. Any other member is refused: a user who is named by
/// a member of another name must never become "no user".
struct BatchRequest: Sendable {
  /// The line's number, counted from 1.
  let line: Int
  /// The request's `id`, if it has one.
  let id: JSONValue?
  /// The swarm as the request names it.
  let swarm: String
  /// The agent's name.
  let agent: String
  /// The arguments.
  let arguments: JSONObject
  /// Whose memory is meant.
  let namespace: Namespace
  /// Whether the arguments are checked.
  let isChecked: Bool

  private static let members = [
    "id", "swarm_guid", "swarm", "name", "args", "user_guid", "validate",
  ]

  /// What stands for the line in its answer: its id, or its number.
  struct Label: Sendable {
    let line: Int
    let id: JSONValue?
  }

  /// The label of this request.
  var label: Label { Label(line: line, id: id) }

  /// A line that is no request, with what can still be said of it.
  struct Mistake: Error {
    let label: Label
    let error: SwarmError
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - bytes: The line without its end.
  ///   - line: Its number, counted from 1.
  init(_ bytes: [UInt8], line: Int) throws(Mistake) {
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONValue.parse(bytes, options: line == 1 ? .skipByteOrderMark : [])
    } catch {
      throw Mistake(
        label: Label(line: line, id: nil),
        error: SwarmError(
          .badData, "line \(line) is not JSON: column \(error.column): \(error.message)",
          hint: "each line is one JSON object"))
    }
    guard let object = value.object else {
      throw Mistake(
        label: Label(line: line, id: nil),
        error: SwarmError(
          .badData, "line \(line) is \(value.typeName), not an object",
          hint: "each line is one JSON object"))
    }
    let label = Label(line: line, id: object["id"])
    do throws(SwarmError) {
      try Self.checkMembers(object, line)
      if let guid = try Self.text(object, "swarm_guid") {
        swarm = guid
      } else {
        swarm = try Self.required(object, "swarm", line)
      }
      agent = try Self.required(object, "name", line)
      switch object["args"] {
      case nil, .null?: arguments = [:]
      case .object(let given)?: arguments = given
      case let other?:
        throw SwarmError(
          .badArgument, "line \(line): args is \(other.typeName), not an object",
          hint: "args holds the agent's arguments by name")
      }
      switch object["validate"] {
      case nil, .null?, .bool(true)?: isChecked = true
      case .bool(false)?: isChecked = false
      case let other?:
        throw SwarmError(
          .usage, "line \(line): validate is \(other.typeName), not true or false")
      }
      switch try Self.text(object, "user_guid") {
      case nil: namespace = .shared
      case let user?: namespace = try Namespace(user: user)
      }
    } catch {
      throw Mistake(label: label, error: error)
    }
    self.line = line
    id = label.id
  }

  private static func checkMembers(_ object: JSONObject, _ line: Int) throws(SwarmError) {
    for (key, _) in object where !members.contains(key) {
      let plain = key.lowercased().filter { $0.isLetter }
      let isUser = plain.hasPrefix("user") || plain.hasSuffix("user")
      let meant =
        isUser
        ? "user_guid"
        : members.first { $0.filter(\.isLetter) == plain }
          ?? Suggestion.closest(to: key, among: members)
      throw SwarmError(
        isUser ? .badUser : .usage, "line \(line) has an unknown member \"\(key.shortened)\"",
        hint: .all(
          (meant.map { [Hint.didYouMean($0)] } ?? []) + [
            "a request has swarm_guid or swarm, name, and may have id, args, user_guid, validate",
            "what the agent is to get belongs in args",
          ]),
        available: members)
    }
  }

  private static func text(_ object: JSONObject, _ key: String) throws(SwarmError) -> String? {
    switch object[key] {
    case nil, .null?: return nil
    case .string(let text)?: return text
    case let other?:
      // A number where a user belongs must never become "no user".
      throw SwarmError(
        key == "user_guid" ? .badUser : .usage, "\(key) is \(other.typeName), not a string",
        hint: "write it in quotes")
    }
  }

  private static func required(_ object: JSONObject, _ key: String, _ line: Int)
    throws(SwarmError) -> String
  {
    guard let text = try text(object, key) else {
      throw SwarmError(
        .usage, "line \(line) has no \"\(key)\"",
        hint: "a request has swarm_guid or swarm, name, and may have id, args, user_guid")
    }
    return text
  }
}

/// One line of a batch's answer: the wire envelope and what it belongs to.
struct BatchAnswer: Sendable {
  let label: BatchRequest.Label
  let result: Result<AgentAnswer, SwarmError>

  /// Whether the call counts as failed: an error, or an output whose `status` is `error`.
  var isFailure: Bool { Self.isFailure(result) }

  /// ``isFailure`` of what came of a call.
  static func isFailure(_ result: Result<AgentAnswer, SwarmError>) -> Bool {
    switch result {
    case .success(let answer): answer.output.saysError
    case .failure: true
    }
  }

  /// Bytes of the output.
  var size: Int {
    if case .success(let answer) = result { answer.output.bytes.count } else { 0 }
  }

  /// The answer's line, without its end.
  ///
  /// - Parameter wording: Words the hint of an error.
  func line(wording: (Hint) -> String?) -> [UInt8] {
    var object: JSONObject =
      switch result {
      case .success(let answer): answer.envelope
      case .failure(let error): error.envelope(wording: wording)
      }
    if case .success(let answer) = result, !answer.refusals.isEmpty {
      object["warnings"] = .array(
        (answer.warnings + answer.refusals.compactMap { wording($0.hint) }).map(JSONValue.string))
    }
    if let id = label.id {
      object["id"] = id
    } else {
      object["line"] = .number(JSONNumber(label.line))
    }
    return JSONValue.object(object).serialized(sortedKeys: true)
  }
}
