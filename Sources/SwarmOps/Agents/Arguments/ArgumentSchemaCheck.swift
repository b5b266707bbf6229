/// One pass over a call's arguments, collecting mistakes.
struct ArgumentSchemaCheck {
  /// One step of a key path.
  enum Step {
    case key(String)
    case index(Int)
  }

  /// One thing that is wrong.
  struct Mistake {
    var message: String
    /// The argument that is missing, where that is the mistake.
    var missing: String?
    /// The key that was given instead of the missing one, as it is quoted.
    var mistyped: String?
    /// Whether the names that would be right help to fix it.
    var isAboutNames = false
    /// The top-level argument concerned.
    var argument: String?
  }

  private let nodes: [ArgumentSchemaNode]
  private(set) var mistakes: [Mistake] = []
  private var steps: [Step] = []
  private var depth = 0

  /// More mistakes than anyone fixes at once; what follows is not looked at.
  static let mistakeLimit = 10
  // Bounds that real calls do not come near; past them a value is passed on unchecked. They keep
  // a schema of alternatives within alternatives, or within itself, from taking forever.
  private static let depthLimit = 128
  private var alternativesLeft = 100_000

  init(nodes: [ArgumentSchemaNode]) { self.nodes = nodes }

  /// Checks a value against a node.
  mutating func check(_ value: JSONValue, against place: Int) {
    guard depth < Self.depthLimit, mistakes.count < Self.mistakeLimit else { return }
    depth += 1
    defer { depth -= 1 }
    let node = nodes[place]
    if node.isNullable, value.isNull { return }
    if let usual = node.defaultValue, usual.isEquivalent(to: value) { return }
    guard checkTypeAndChoice(value, node) else { return }
    switch value {
    case .number(let number): checkBounds(number, node)
    case .array(let elements): checkItems(elements, node)
    case .object(let object): checkMembers(object, node, place)
    default: break
    }
    for part in node.all { check(value, against: part) }
    for group in node.any { checkAlternatives(value, group) }
  }

  private mutating func checkTypeAndChoice(_ value: JSONValue, _ node: ArgumentSchemaNode) -> Bool {
    if !node.allowed.isEmpty {
      if node.admitsChoice(value) { return true }
      let choices = ArgumentSchemaWording.choices(node.allowed, separator: ", ")
      var right = node.allowed.count == 1 ? choices : "one of \(choices)"
      if node.isNullable { right += " or null" }
      let meant = value.string.flatMap { text in
        Suggestion.closest(to: text, among: node.allowed.lazy.compactMap(\.string))
      }
      report("must be \(right)", value, suggestion: meant)
      return false
    }
    guard let types = node.types, !types.admit(value) else { return true }
    let right = ArgumentSchemaWording.expectation(node.isNullable ? types.union(.null) : types)
    report("must be \(right)", value)
    return false
  }

  private mutating func checkBounds(_ number: JSONNumber, _ node: ArgumentSchemaNode) {
    if let bound = node.minimum,
      bound.number.isGreater(than: number)
        || bound.isExclusive && bound.number.hasSameValue(as: number)
    {
      let right = "\(bound.isExclusive ? "more than" : "at least") \(bound.number)"
      report("must be \(right)", .number(number))
    }
    if let bound = node.maximum,
      number.isGreater(than: bound.number)
        || bound.isExclusive && bound.number.hasSameValue(as: number)
    {
      let right = "\(bound.isExclusive ? "less than" : "at most") \(bound.number)"
      report("must be \(right)", .number(number))
    }
  }

  private mutating func checkItems(_ elements: [JSONValue], _ node: ArgumentSchemaNode) {
    guard let items = node.items else { return }
    for (index, element) in elements.enumerated() {
      guard mistakes.count < Self.mistakeLimit else { return }
      steps.append(.index(index))
      check(element, against: items)
      steps.removeLast()
    }
  }

  private mutating func checkMembers(
    _ object: JSONObject, _ node: ArgumentSchemaNode, _ place: Int
  ) {
    for name in node.required where object[name] == nil { reportMissing(name, object, place) }
    guard !node.properties.isEmpty || node.additional.saysSomething else { return }
    for (key, value) in object {
      guard mistakes.count < Self.mistakeLimit else { return }
      steps.append(.key(key))
      if let position = node.places[JSONKey(key)] {
        // Not given, for an agent in Python: None.
        let isAbsent = value.isNull && !node.required.contains { $0.hasSameBytes(as: key) }
        if !isAbsent { check(value, against: node.properties[position].node) }
      } else {
        checkUndeclared(key, value, object, node, place)
      }
      steps.removeLast()
    }
  }

  private mutating func checkUndeclared(
    _ key: String, _ value: JSONValue, _ object: JSONObject, _ node: ArgumentSchemaNode,
    _ place: Int
  ) {
    switch node.additional {
    case .unsaid: break
    case .schema(let schema): check(value, against: schema)
    case .forbidden:
      let known = nodes.declaredProperties(of: place)
      guard !known.contains(where: { $0.name.hasSameBytes(as: key) }) else { return }
      // "x is missing, but y was given" has said it; of the arguments themselves others look after.
      let quoted = ArgumentSchemaWording.quoted(steps)
      guard place != 0 || steps.count > 1, !mistakes.contains(where: { $0.mistyped == quoted })
      else { return }
      let open = known.lazy.map(\.name).filter { object[$0] == nil }
      var message = "unknown argument \(quoted)"
      if let meant = Suggestion.closest(to: key, among: open) {
        message += ": did you mean \"\(meant)\"?"
      }
      add(Mistake(message: message, isAboutNames: true))
    }
  }

  /// Checks that one of a group passes; else tells the mistakes of the one most likely meant.
  private mutating func checkAlternatives(_ value: JSONValue, _ group: [Int]) {
    let before = mistakes
    var failures: [[Mistake]] = []
    for place in group {
      alternativesLeft -= 1
      mistakes = []
      if alternativesLeft > 0 { check(value, against: place) }
      if mistakes.isEmpty { break }
      failures.append(mistakes)
    }
    mistakes = before
    if failures.count == group.count { reportAlternatives(value, group, failures) }
  }

  private mutating func reportAlternatives(
    _ value: JSONValue, _ group: [Int], _ failures: [[Mistake]]
  ) {
    let missing = failures.compactMap { $0.count == 1 ? $0[0].missing : nil }
    if missing.count == failures.count, missing.count > 1 {
      let names = missing.map(ArgumentSchemaWording.quoted).joined(separator: " or ")
      return add(Mistake(message: "argument \(names) is missing", missing: missing[0]))
    }
    let types = group.map { nodes.types(of: $0) }
    let fitting = failures.indices.filter { types[$0]?.admit(value) ?? true }
    if let likely = fitting.min(by: { failures[$0].count < failures[$1].count }) {
      for mistake in failures[likely] { add(mistake) }
    } else {
      let wanted = types.reduce(into: ArgumentSchemaTypes()) { $0.formUnion($1 ?? []) }
      report("must be \(ArgumentSchemaWording.expectation(wanted))", value)
    }
  }
}

// What is wrong, in words.
extension ArgumentSchemaCheck {
  private mutating func report(_ what: String, _ value: JSONValue, suggestion: String? = nil) {
    var message = "argument \(ArgumentSchemaWording.quoted(steps)) \(what) "
    message += "(got \(ArgumentSchemaWording.given(value)))"
    if let suggestion { message += ": did you mean \"\(suggestion)\"?" }
    add(Mistake(message: message))
  }

  private mutating func reportMissing(_ name: String, _ object: JSONObject, _ place: Int) {
    // The user is filled in, in whatever order that and the check are done.
    if steps.isEmpty, name == ArgumentSchema.userParameter { return }
    let path = steps + [.key(name)]
    var message = "argument \(ArgumentSchemaWording.quoted(path)) is missing"
    let known = nodes.declaredProperties(of: place)
    let mistyped = object.keys.prefix(50).first { given in
      Suggestion.closest(to: given, among: CollectionOfOne(name)) != nil
        && !known.contains { $0.name.hasSameBytes(as: given) }
    }
    if let mistyped {
      let given = ArgumentSchemaWording.quoted(mistyped)
      message += ", but \(given) was given: did you mean \"\(name)\"?"
    }
    let missing = ArgumentSchemaWording.path(path)
    let given = mistyped.map { ArgumentSchemaWording.quoted(steps + [.key($0)]) }
    add(Mistake(message: message, missing: missing, mistyped: given, isAboutNames: true))
  }

  private mutating func add(_ mistake: Mistake) {
    var mistake = mistake
    if mistake.argument == nil {
      mistake.argument = if case .key(let name) = steps.first { name } else { mistake.missing }
    }
    if mistakes.count < Self.mistakeLimit { mistakes.append(mistake) }
  }
}

extension ArgumentSchemaNode.Additional {
  fileprivate var saysSomething: Bool { if case .unsaid = self { false } else { true } }
}
