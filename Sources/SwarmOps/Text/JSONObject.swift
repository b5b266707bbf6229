/// The members of a JSON object in their order.
///
/// Keys are told apart byte by byte, as other JSON programs do: Swift's own comparison would take
/// "é" in one scalar and "é" in two for the same key and lose a member. Setting an existing key
/// keeps its place, as in Python. Two objects are equal when members and order are.
public struct JSONObject: Sendable, Equatable {
  /// One member.
  public typealias Element = (key: String, value: JSONValue)

  fileprivate struct Member: Sendable {
    let key: JSONKey
    var value: JSONValue
  }

  private var members: [Member] = []
  /// Places of the keys; empty while there are so few that looking at each is faster.
  private var places: [JSONKey: Int] = [:]
  private static var unindexedLimit: Int { 16 }

  /// Makes an object without members.
  public init() {}

  /// Makes an object from pairs.
  ///
  /// - Parameter pairs: Keys and values; the last of a repeated key wins.
  public init(_ pairs: some Sequence<(key: String, value: JSONValue)>) {
    for (key, value) in pairs { set(JSONKey(key), value) }
  }

  /// The number of members.
  public var count: Int { members.count }
  /// Whether there are no members.
  public var isEmpty: Bool { members.isEmpty }
  /// The keys in order.
  public var keys: [String] { members.map(\.key.text) }
  /// The values in order.
  public var values: [JSONValue] { members.map(\.value) }

  /// The value of a key.
  ///
  /// Setting replaces it in its place or appends it; setting nil removes the member.
  ///
  /// - Parameter key: The key.
  public subscript(key: String) -> JSONValue? {
    get { index(of: JSONKey(key)).map { members[$0].value } }
    set {
      if let newValue {
        set(JSONKey(key), newValue)
      } else if let index = index(of: JSONKey(key)) {
        members.remove(at: index)
        rebuildPlaces()
      }
    }
  }

  /// Removes the members that `shouldRemove` picks.
  ///
  /// - Parameter shouldRemove: Takes key and value, returns whether to remove them.
  /// - Throws: What `shouldRemove` throws.
  public mutating func removeAll(
    where shouldRemove: (String, JSONValue) throws -> Bool
  ) rethrows {
    defer { rebuildPlaces() }
    try members.removeAll { try shouldRemove($0.key.text, $0.value) }
  }

  /// Whether both have the same members and the same order.
  ///
  /// - Parameters:
  ///   - left: One object.
  ///   - right: The other.
  /// - Returns: Whether they are equal.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) { $0.key == $1.key && $0.value == $1.value }
  }

  private func index(of key: JSONKey) -> Int? {
    places.isEmpty ? members.firstIndex { $0.key == key } : places[key]
  }

  mutating func set(_ key: JSONKey, _ value: JSONValue) {
    if let index = index(of: key) {
      members[index].value = value
      return
    }
    members.append(Member(key: key, value: value))
    if !places.isEmpty {
      places[key] = members.count - 1
    } else if members.count > Self.unindexedLimit {
      rebuildPlaces()
    }
  }

  private mutating func rebuildPlaces() {
    places.removeAll()
    guard members.count > Self.unindexedLimit else { return }
    places.reserveCapacity(members.count)
    for (place, member) in members.enumerated() { places[member.key] = place }
  }
}

extension JSONObject: Sequence {
  /// Walks over the members in order.
  public struct Iterator: IteratorProtocol {
    private var members: IndexingIterator<[Member]>

    fileprivate init(_ members: [Member]) { self.members = members.makeIterator() }

    /// The next member.
    ///
    /// - Returns: Its key and value; nil after the last one.
    public mutating func next() -> Element? { members.next().map { ($0.key.text, $0.value) } }
  }

  /// Walks over the members in order.
  ///
  /// - Returns: An iterator of keys and values.
  public func makeIterator() -> Iterator { Iterator(members) }

  /// The number of members, which lets copies allocate once.
  public var underestimatedCount: Int { members.count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Makes an object from a literal.
  ///
  /// - Parameter elements: Keys and values; the last of a repeated key wins.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { set(JSONKey(key), value) }
  }
}

/// A text compared byte by byte instead of by Unicode's canonical equivalence.
struct JSONKey: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: JSONKey, right: JSONKey) -> Bool { left.text.hasSameBytes(as: right.text) }

  func hash(into hasher: inout Hasher) {
    // Strings made by the parser are contiguous; the other branch is for bridged ones on macOS.
    let wasContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if wasContiguous == nil {
      Array(text.utf8).withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }
}

extension String {
  /// Whether both are the same UTF-8, which `==` does not say: it ignores how accents are composed.
  func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
