/// The form in which a swarm's agents keep an entry, read from entries that are there.
///
/// Agents read the fields that they write: an entry of another form is one that they do not find, or
/// fail on. Where nothing is there yet, the form is that of the starter swarm.
struct EntryForm {
  /// What a person says of an entry.
  struct Fields {
    /// The text to remember.
    var content: String?
    /// What kind of memory it is.
    var type: String?
    /// Words to find it by; `nil` where nothing is said of them.
    var tags: [String]?
    /// From 1 to 5.
    var importance: Int?
  }

  /// The fields of which one holds the text, the kind, or a moment, the first that is there.
  private static let contentKeys = ["content", "message", "text", "memory", "value", "summary"]
  private static let typeKeys = ["type", "memory_type", "theme", "category", "kind"]
  private static let idKeys = ["id", "entry_id", "memory_id", "uuid"]
  private static let momentKeys = [
    "timestamp", "created_at", "createdAt", "updated_at", "updatedAt", "datetime", "saved_at",
    "created", "date", "time",
  ]

  private static let starter: JSONObject = [
    "id": "", "type": "fact", "content": "", "importance": 3, "tags": [], "date": "2026-01-01",
    "time": "00:00:00",
  ]

  /// Whether entries are texts alone.
  private let isText: Bool
  private let sample: JSONObject
  /// The values that every entry of this user has in common.
  private let common: JSONObject

  /// Reads the form.
  ///
  /// - Parameters:
  ///   - own: Entries of the same memory, the newest last.
  ///   - others: Entries of other users: their fields count, never their values.
  init(own: [JSONValue], others: [JSONValue] = []) {
    let last = own.last ?? others.last
    isText = last?.string != nil
    sample = (own + others).last { $0.object != nil }?.object ?? Self.starter
    var common = JSONObject()
    let objects = own.compactMap(\.object)
    if objects.count > 1, let newest = objects.last {
      for (key, value) in newest where objects.allSatisfy({ $0[key] == value }) {
        common[key] = value
      }
    }
    self.common = common
  }

  /// Makes an entry.
  ///
  /// - Parameters:
  ///   - id: Its id.
  ///   - fields: What it says.
  ///   - now: When it is made.
  func entry(_ id: String, _ fields: Fields, at now: Timestamp) -> JSONValue {
    if isText { return .string(fields.content ?? "") }
    var entry = JSONObject()
    let (content, type) = (Self.first(Self.contentKeys, sample), Self.first(Self.typeKeys, sample))
    for (key, value) in sample {
      if key == content {
        entry[key] = .string(fields.content ?? "")
      } else if key == type {
        entry[key] = fields.type.map(JSONValue.string) ?? common[key] ?? "fact"
      } else if key == "tags" {
        entry[key] = Self.tags(fields.tags ?? [], like: value)
      } else if key == "importance" {
        entry[key] = .number(JSONNumber(fields.importance ?? 3))
      } else if Self.idKeys.contains(key) {
        entry[key] = .string(id)
      } else if Self.momentKeys.contains(key) {
        entry[key] = Self.moment(now, like: value)
      } else {
        entry[key] = common[key] ?? Self.nothing(like: value)
      }
    }
    if content == nil { entry["content"] = .string(fields.content ?? "") }
    if type == nil, let type = fields.type { entry["type"] = .string(type) }
    if entry["tags"] == nil, let tags = fields.tags { entry["tags"] = Self.tags(tags, like: []) }
    if entry["importance"] == nil, let importance = fields.importance {
      entry["importance"] = .number(JSONNumber(importance))
    }
    return .object(entry)
  }

  /// An entry with some of its fields said anew, everything else as it was.
  ///
  /// - Throws: ``SwarmError/Code/badData`` for an entry that has no such fields.
  static func changed(_ entry: JSONValue, _ fields: Fields) throws(SwarmError) -> JSONValue {
    if entry.string != nil, let content = fields.content, fields.type == nil, fields.tags == nil,
      fields.importance == nil
    {
      return .string(content)
    }
    guard var object = entry.object else {
      throw SwarmError(
        .badData, "the entry is \(entry.typeName), which has no fields to change",
        hint: "give the whole entry, as JSON")
    }
    if let content = fields.content {
      object[first(contentKeys, object) ?? "content"] = .string(content)
    }
    if let type = fields.type { object[first(typeKeys, object) ?? "type"] = .string(type) }
    if let tags = fields.tags { object["tags"] = self.tags(tags, like: object["tags"] ?? []) }
    if let importance = fields.importance {
      object["importance"] = .number(JSONNumber(importance))
    }
    return .object(object)
  }

  private static func first(_ keys: [String], _ entry: JSONObject) -> String? {
    keys.first { entry[$0]?.string != nil }
  }

  private static func tags(_ tags: [String], like value: JSONValue) -> JSONValue {
    value.string == nil
      ? .array(tags.map { .string($0) }) : .string(tags.joined(separator: ", "))
  }

  /// A moment as others are written: seconds or milliseconds since 1970, a date, a time, or both.
  private static func moment(_ now: Timestamp, like value: JSONValue) -> JSONValue {
    let iso = now.iso8601  // 2026-04-19T03:14:00Z
    if let number = value.double {
      return .number(JSONNumber(Int(now.seconds) * (number > 100_000_000_000 ? 1000 : 1)))
    }
    guard let text = value.string else { return value.isNull ? .null : .string(iso) }
    let (date, time) = (String(iso.prefix(10)), String(iso.dropFirst(11).prefix(8)))
    switch text.utf8.count {
    case 10 where text.utf8.dropFirst(4).first == UInt8(ascii: "-"): return .string(date)
    case 8 where text.contains(":"): return .string(time)
    case 5 where text.contains(":"): return .string(String(time.prefix(5)))
    default: break
    }
    let zone = text.hasSuffix("Z") ? "Z" : text.hasSuffix("+00:00") ? "+00:00" : ""
    return .string(
      date + (text.utf8.dropFirst(10).first == UInt8(ascii: " ") ? " " : "T") + time + zone)
  }

  /// A value of the same type that says nothing.
  private static func nothing(like value: JSONValue) -> JSONValue {
    switch value {
    case .string: ""
    case .number: 0
    case .bool: false
    case .array: []
    case .object: [:]
    case .null: .null
    }
  }
}
