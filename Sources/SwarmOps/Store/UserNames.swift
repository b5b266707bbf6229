/// The names that people have given to users, kept in the root's `users.json`: `{"<name>": "<guid>"}`.
///
/// Names are exact: `Ada` is not `ada`. A name can never be taken for a GUID or the beginning of one.
package struct UserNames: Sendable {
  /// One name.
  package struct Entry: Sendable, Equatable {
    /// The name.
    package let name: String
    /// Whose it is.
    package let user: GUID
  }

  /// The longest name, in bytes.
  package static let longestName = 64

  private let layout: SwarmLayout
  private let locks: LockOptions

  /// Prepares looking names up and giving them.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How the lock of the file is waited for.
  package init(store: SwarmStore, locks: LockOptions = LockOptions()) {
    layout = store.layout
    self.locks = locks
  }

  init(layout: SwarmLayout, locks: LockOptions) {
    self.layout = layout
    self.locks = locks
  }

  // MARK: Reading

  /// All names, in the order of the alphabet.
  ///
  /// - Throws: ``SwarmError/Code/badData`` where the file is not what belongs there.
  package func entries() throws(SwarmError) -> [Entry] {
    try object().compactMap { name, value in
      value.string.flatMap { GUID($0) }.map { Entry(name: name, user: $0) }
    }.sorted { $0.name < $1.name }
  }

  /// The user that a person means by a GUID, the sentinel or a name.
  ///
  /// - Throws: ``SwarmError/Code/badUser`` for what is neither; ``SwarmError/Code/badData``.
  package func namespace(_ text: String) throws(SwarmError) -> Namespace {
    let failure: SwarmError
    do throws(SwarmError) { return try Namespace(user: text) } catch { failure = error }
    let names = try object()
    if let value = names[text] {
      guard let user = value.string.flatMap({ GUID($0) }) else { throw notAUser(text) }
      return .user(user)
    }
    // What looks like a GUID is a mistyped one, not a name.
    if text.utf8.count >= 30 { throw failure }
    throw SwarmError(
      .badUser, "\"\(text.shortened)\" is no user GUID and no name of a user",
      hint: Suggestion.closest(to: text, among: names.keys).map { .didYouMean($0) }
        ?? .run(.userNames, "shows the names that were given"))
  }

  private func object() throws(SwarmError) -> JSONObject {
    let path = layout.userNames
    guard let bytes = try FileSystem.readIfPresent(path) else { return [:] }
    do throws(JSONSyntaxError) {
      if let object = try JSONValue.parse(bytes).object { return object }
    } catch {
      throw SwarmError(
        .badData, "\(path) is not JSON: \(error)",
        hint: "it holds one object, names with the GUIDs of their users", path: path)
    }
    throw SwarmError(
      .badData, "\(path) holds something else than an object",
      hint: "it holds one object, names with the GUIDs of their users", path: path)
  }

  private func notAUser(_ name: String) -> SwarmError {
    SwarmError(
      .badData, "the name \(name.quoted) in \(layout.userNames) does not stand for a GUID",
      hint: "write the user's GUID there", path: layout.userNames)
  }

  // MARK: Changing

  /// Gives a name to a user.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - user: The user; without one, whoever has the name, or a new one.
  /// - Returns: The user, and whether the name is new.
  /// - Throws: ``SwarmError/Code/usage`` for what cannot be a name, or where somebody else has it.
  package func assign(_ name: String, to user: GUID?) throws(SwarmError) -> (
    user: GUID, isNew: Bool
  ) {
    if let problem = Self.problem(name) {
      throw SwarmError(
        .usage, "\(name.shortened.quoted) cannot be a user's name: it \(problem)",
        hint: "a name is a word or two, such as ada or \"Ada Lovelace\"")
    }
    return try changing {
      (names: inout JSONObject) throws(SwarmError)
        -> (result: (user: GUID, isNew: Bool), isChanged: Bool) in
      if let value = names[name] {
        guard let owner = value.string.flatMap({ GUID($0) }) else { throw notAUser(name) }
        if let user, user != owner {
          throw SwarmError(
            .usage, "the name \(name.quoted) belongs to user \(owner)",
            hint: .either(["choose another name", .run(.takeUserName(name), "takes it away")]))
        }
        return (result: (user: owner, isNew: false), isChanged: false)
      }
      if let other = names.keys.first(where: { $0.lowercased() == name.lowercased() }) {
        throw SwarmError(
          .usage, "the name \(name.quoted) differs from \(other.quoted) in case alone",
          hint: "choose another name")
      }
      let owner = user ?? .random()
      names[name] = .string("\(owner)")
      return (result: (user: owner, isNew: true), isChanged: true)
    }
  }

  /// Takes a name away; the user's memory stays.
  ///
  /// - Returns: Whose it was.
  /// - Throws: ``SwarmError/Code/noSuchUser`` where nobody has it.
  package func remove(_ name: String) throws(SwarmError) -> GUID? {
    try changing {
      (names: inout JSONObject) throws(SwarmError) -> (result: GUID?, isChanged: Bool) in
      guard let value = names[name] else {
        throw SwarmError(
          .noSuchUser, "no user is called \(name.shortened.quoted)",
          hint: Suggestion.closest(to: name, among: names.keys).map { .didYouMean($0) }
            ?? .run(.userNames, "shows the names that were given"))
      }
      names[name] = nil
      return (result: value.string.flatMap { GUID($0) }, isChanged: true)
    }
  }

  /// Takes away every name of a user.
  ///
  /// - Returns: The names.
  func forget(_ user: GUID) throws(SwarmError) -> [String] {
    guard try !names(of: user).isEmpty else { return [] }
    return try changing {
      (names: inout JSONObject) throws(SwarmError) -> (result: [String], isChanged: Bool) in
      let own = names.filter { $0.value.string.flatMap { GUID($0) } == user }.map { $0.key }
      for name in own { names[name] = nil }
      return (result: own, isChanged: !own.isEmpty)
    }
  }

  /// The names of one user.
  func names(of user: GUID) throws(SwarmError) -> [String] {
    try entries().filter { $0.user == user }.map(\.name)
  }

  /// Changes the file as a whole, under its lock.
  private func changing<Result>(
    _ body: (inout JSONObject) throws(SwarmError) -> (result: Result, isChanged: Bool)
  ) throws(SwarmError) -> Result {
    let lock = try StoreLocks(layout).userNames(locks)
    defer { lock.release() }
    var names = try object()
    let (result, isChanged) = try body(&names)
    guard isChanged else { return result }
    let staging = try StagingFolder.make(in: layout.staging)
    let new = staging.path + "/names"
    try FileSystem.create(
      new, JSONValue.object(names).serialized(pretty: true) + [UInt8(ascii: "\n")], sync: true)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.replace(layout.userNames, with: new, keeping: staging.path + "/previous")
    }
    return result
  }

  /// Why a text cannot be a user's name, completing "it …", or `nil`.
  package static func problem(_ name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.utf8.count > longestName { return "is longer than \(longestName) bytes" }
    let scalars = name.unicodeScalars
    if scalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "has a control character"
    }
    if scalars.contains(where: { $0.properties.generalCategory == .format }) {
      return "has an invisible character"
    }
    if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
      return "begins or ends with a space"
    }
    if name.hasPrefix("-") { return "begins with a hyphen, like an option" }
    let lowered = name.lowercased()
    if lowered == "shared" || lowered == GUID.anonymousSentinel {
      return "means calls without a user"
    }
    let isHexadecimal = lowered.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x2D
    }
    if GUID(name) != nil || isHexadecimal && name.utf8.count >= 4 {
      return "could be taken for a GUID or the beginning of one"
    }
    return nil
  }
}
