import SwarmOps

/// What names a request in its answer: a string or a number, given back as it came.
struct JSONRPCID: Hashable {
  /// The string or number.
  let value: JSONValue

  /// Takes an id; `nil` for what may not be one.
  init?(_ value: JSONValue) {
    switch value {
    case .string, .number: self.value = value
    default: return nil
    }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(value.string ?? value.number?.text ?? "")
  }
}

/// An error as JSON-RPC has it.
struct JSONRPCError: Error, Equatable {
  let code: Int
  let message: String
  var data: JSONValue?

  /// The line is not JSON.
  static func notJSON(_ reason: String) -> Self { Self(code: -32700, message: reason) }
  /// JSON, but no request.
  static func invalidRequest(_ reason: String) -> Self { Self(code: -32600, message: reason) }
  /// A method that there is not, or not in this version.
  static func noSuchMethod(_ name: String) -> Self {
    Self(code: -32601, message: "there is no method \"\(name.prefix(100))\"")
  }
  /// Parameters that are wrong.
  static func invalidParameters(_ reason: String) -> Self { Self(code: -32602, message: reason) }
  /// The request was right and could not be carried out.
  static func failed(_ error: SwarmError) -> Self {
    Self(code: -32603, message: error.message, data: .object(error.envelope))
  }
  /// More requests than are kept.
  static let busy = Self(code: -32000, message: "too many requests are under way; try again later")

  /// The error as an answer to `id`.
  func answer(to id: JSONValue) -> JSONValue {
    var error: JSONObject = [
      "code": .number(JSONNumber(code)), "message": .string(message),
    ]
    error["data"] = data
    return ["jsonrpc": "2.0", "id": id, "error": .object(error)]
  }
}

/// One message of a client.
enum JSONRPCMessage: Equatable {
  /// Wants an answer.
  case request(id: JSONRPCID, method: String, parameters: JSONObject)
  /// Wants none.
  case notification(method: String, parameters: JSONObject)
  /// An answer to a request, which is never made here.
  case answer
  /// No message; the error goes to `id`, which is null where it cannot be told.
  case invalid(id: JSONValue, JSONRPCError)

  /// Reads one message.
  ///
  /// - Parameter value: Its JSON.
  init(_ value: JSONValue) {
    guard let object = value.object else {
      self = .invalid(id: .null, .invalidRequest("a message is an object, not \(value.typeName)"))
      return
    }
    let id = object["id"].flatMap(JSONRPCID.init)
    guard object["jsonrpc"]?.string == "2.0" else {
      self = .invalid(
        id: id?.value ?? .null, .invalidRequest("the message lacks \"jsonrpc\": \"2.0\""))
      return
    }
    if object["method"] == nil, object["result"] != nil || object["error"] != nil {
      self = .answer
      return
    }
    guard let method = object["method"]?.string else {
      self = .invalid(id: id?.value ?? .null, .invalidRequest("\"method\" is not a string"))
      return
    }
    let parameters: JSONObject
    switch object["params"] {
    case nil, .null?: parameters = [:]
    case .object(let given)?: parameters = given
    case let other?:
      self = .invalid(
        id: id?.value ?? .null,
        .invalidParameters("\"params\" is \(other.typeName), not an object"))
      return
    }
    if let id {
      self = .request(id: id, method: method, parameters: parameters)
    } else if object["id"] == nil {
      self = .notification(method: method, parameters: parameters)
    } else {
      self = .invalid(id: .null, .invalidRequest("\"id\" is neither a string nor a number"))
    }
  }
}

/// A line of a client, read.
enum JSONRPCLine: Equatable {
  /// One message.
  case one(JSONRPCMessage)
  /// Several, whose answers belong together.
  case batch([JSONRPCMessage])

  /// Reads a line.
  ///
  /// - Parameter line: The line.
  init(_ line: MessageLines.Line) {
    switch line {
    case .tooLong(let beginning):
      let limit = MessageLines.longest >> 20
      self = .one(
        .invalid(
          id: JSONRPCID.found(in: beginning)?.value ?? .null,
          .invalidRequest("the message is longer than \(limit) MiB")))
    case .message(let bytes):
      do throws(JSONSyntaxError) {
        let value = try JSONValue.parse(bytes, options: .skipByteOrderMark)
        if case .array(let elements) = value {
          self = .batch(elements.map(JSONRPCMessage.init))
        } else {
          self = .one(JSONRPCMessage(value))
        }
      } catch {
        self = .one(
          .invalid(
            id: .null,
            .notJSON("the line is not JSON: column \(error.column): \(error.message)")))
      }
    }
  }
}

extension JSONRPCID {
  /// Looks for the id among the first members of a message that is not there as a whole.
  ///
  /// - Parameter beginning: How the message begins.
  /// - Returns: The id, or `nil` where it does not stand there.
  static func found(in beginning: [UInt8]) -> JSONRPCID? {
    var depth = 0
    var text: [UInt8] = []
    // Cut after each member of the outermost object: one of the cuts is JSON with the id in it.
    var isString = false
    var isEscaped = false
    for byte in beginning {
      if isString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isString = false
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ",") where depth == 1:
          let members = try? JSONValue.parse(text + [UInt8(ascii: "}")])
          if let id = members?["id"].flatMap(JSONRPCID.init) { return id }
        default: break
        }
      }
      text.append(byte)
    }
    return nil
  }
}
