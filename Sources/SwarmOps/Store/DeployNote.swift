/// What a deploy notes about itself in our own field of the manifest.
package struct DeployNote: Sendable, Equatable {
  /// The deploy's number: it counts up from 1 in each swarm.
  package var number: Int
  /// When it was, in ISO 8601.
  package var time: String
  /// Where the bundle came from: a path, or words such as "standard input".
  package var origin: String
  /// The number of the deploy that it brought back, for a rollback.
  package var restored: Int?

  /// Makes a note.
  ///
  /// - Parameters:
  ///   - number: The deploy's number.
  ///   - time: When it was, in ISO 8601.
  ///   - origin: Where the bundle came from.
  ///   - restored: The number of the deploy that it brought back.
  package init(number: Int, time: String, origin: String, restored: Int? = nil) {
    self.number = number
    self.time = time
    self.origin = origin
    self.restored = restored
  }

  /// Numbers that somebody else made up do not count: the one after them must be a number as well.
  static let numbers = 1...999_999_999

  init?(_ json: JSONValue?) {
    guard let number = json?["number"]?.int, Self.numbers.contains(number) else { return nil }
    self.number = number
    time = json?["time"]?.string ?? ""
    origin = json?["origin"]?.string ?? ""
    restored = json?["restored"]?.int
  }

  var json: JSONValue {
    var json: JSONObject = [
      "number": .number(JSONNumber(number)), "time": .string(time), "origin": .string(origin),
    ]
    if let restored { json["restored"] = .number(JSONNumber(restored)) }
    return .object(json)
  }
}
