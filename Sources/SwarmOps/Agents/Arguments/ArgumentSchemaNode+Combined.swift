// What a node says together with the nodes that it combines.
extension [ArgumentSchemaNode] {
  /// A property, and whether some part that must pass requires it.
  struct Declared {
    let name: String
    let node: Int
    var isRequired: Bool
  }

  /// The properties that a node and the parts that it combines declare, in order, each once.
  func declaredProperties(of place: Int) -> [Declared] {
    var found: [Declared] = []
    var places: [JSONKey: Int] = [:]
    var visited: Set<Int> = []
    var required: [String] = []
    // Parts of alternatives need not pass, so they require nothing for certain.
    var waiting = [(place: place, mustPass: true)]
    while let next = waiting.popLast() {
      guard visited.insert(next.place).inserted else { continue }
      let node = self[next.place]
      for property in node.properties where places[JSONKey(property.name)] == nil {
        places[JSONKey(property.name)] = found.count
        found.append(Declared(name: property.name, node: property.node, isRequired: false))
      }
      if next.mustPass { required += node.required }
      waiting += node.any.joined().reversed().map { ($0, false) }
      waiting += node.all.reversed().map { ($0, next.mustPass) }
    }
    for name in required {
      if let position = places[JSONKey(name)] { found[position].isRequired = true }
    }
    return found
  }

  /// The types that a node and its parts allow; nil where that is anything or unknown.
  func types(of place: Int, depth: Int = 0) -> ArgumentSchemaTypes? {
    guard depth < 4 else { return nil }
    let node = self[place]
    var types = node.types
    if types == nil, !node.allowed.isEmpty {
      types = node.allowed.reduce(into: []) { $0.formUnion(ArgumentSchemaTypes(of: $1)) }
    }
    for part in node.all where types == nil { types = self.types(of: part, depth: depth + 1) }
    for group in node.any where types == nil {
      var union: ArgumentSchemaTypes? = []
      for part in group {
        guard let known = union, let more = self.types(of: part, depth: depth + 1) else {
          union = nil
          break
        }
        union = known.union(more)
      }
      types = union
    }
    return node.isNullable ? types?.union(.null) : types
  }

  /// The values that a node and its parts list.
  ///
  /// - Parameters:
  ///   - place: The node.
  ///   - isWhole: Whether to answer only when no other value can be right, `null` aside; without
  ///     it, what single alternatives list counts too.
  ///   - depth: How many parts within parts this is.
  /// - Returns: The values; empty where none are listed.
  func allowedValues(of place: Int, isWhole: Bool, depth: Int = 0) -> [JSONValue] {
    let node = self[place]
    guard node.allowed.isEmpty, depth < 4 else { return node.allowed }
    for part in node.all {
      let values = allowedValues(of: part, isWhole: isWhole, depth: depth + 1)
      if !values.isEmpty { return values }
    }
    for group in node.any {
      let lists = group.filter { self[$0].types != .null }
        .map { allowedValues(of: $0, isWhole: isWhole, depth: depth + 1) }
      if isWhole, lists.contains(where: \.isEmpty) { continue }
      let values = Array<JSONValue>(lists.joined())
      if !values.isEmpty { return values }
    }
    return []
  }

  /// The first answer that a node or a part that must pass gives.
  func first<Answer>(
    in place: Int, depth: Int = 0, _ answer: (ArgumentSchemaNode) -> Answer?
  ) -> Answer? {
    if let own = answer(self[place]) { return own }
    guard depth < 4 else { return nil }
    for part in self[place].all {
      if let found = first(in: part, depth: depth + 1, answer) { return found }
    }
    // An alternative beside `null` is what is meant.
    for group in self[place].any {
      let meant = group.filter { self[$0].types != .null }
      if meant.count == 1, let found = first(in: meant[0], depth: depth + 1, answer) {
        return found
      }
    }
    return nil
  }
}
