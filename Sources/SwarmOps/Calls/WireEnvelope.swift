extension AgentAnswer {
  /// The wire envelope.
  package var envelope: JSONObject {
    var envelope: JSONObject = [
      "status": "ok", "output": outputValue,
      "duration_ms": .number(JSONNumber(Int(duration / .milliseconds(1)))),
      "committed": .bool(isCommitted),
    ]
    if !warnings.isEmpty { envelope["warnings"] = .array(warnings.map(JSONValue.string)) }
    return envelope
  }

  private var outputValue: JSONValue {
    switch output {
    case .text(let bytes): .string(String(decoding: bytes, as: UTF8.self))
    case .json(let bytes):
      // Deeper than values are built: passed on as text.
      (try? JSONValue.parse(bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }
  }
}

extension SwarmError {
  /// The error as the wire envelope; what is absent is left out.
  ///
  /// - Parameter wording: Words a hint; nil leaves it out.
  package func envelope(wording: (Hint) -> String?) -> JSONObject {
    var envelope: JSONObject = [
      "status": "error", "code": .string(code.rawValue), "message": .string(message),
    ]
    if let text = hint.flatMap(wording) { envelope["hint"] = .string(text) }
    if let path { envelope["path"] = .string(path) }
    if let underlying { envelope["cause"] = .string(underlying) }
    if !available.isEmpty { envelope["available"] = .array(available.map(JSONValue.string)) }
    if let trace { envelope["trace"] = .string(trace) }
    if !warnings.isEmpty { envelope["warnings"] = .array(warnings.map(JSONValue.string)) }
    return envelope
  }
}
