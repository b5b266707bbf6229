/// The arguments of a call whose names its agent's schema does not know.
struct UnknownArguments {
  private let schema: ArgumentSchema
  private let isStrict: Bool
  private let arguments: JSONObject
  private let names: [String]

  /// The most unknown arguments that get a warning each.
  private static let warningLimit = 20

  /// Looks for unknown names.
  ///
  /// - Parameters:
  ///   - arguments: The arguments of the call.
  ///   - schema: The agent's schema.
  ///   - isStrict: Whether every unknown name is a mistake.
  init(_ arguments: JSONObject, schema: ArgumentSchema, isStrict: Bool) {
    self.schema = schema
    self.isStrict = isStrict
    self.arguments = arguments
    names = arguments.keys.filter { schema.node(of: $0) == nil }
  }

  /// The names that are refused.
  ///
  /// - Parameter others: Mistakes that were found already; a name that one of them explains is left out.
  func mistakes(besides others: [ArgumentSchemaCheck.Mistake]) -> [ArgumentSchemaCheck.Mistake] {
    var mistakes: [ArgumentSchemaCheck.Mistake] = []
    for name in names where mistakes.count + others.count < ArgumentSchemaCheck.mistakeLimit {
      let quoted = ArgumentSchemaWording.quoted(name)
      let isExplained = others.contains {
        $0.mistyped == quoted || $0.isAboutNames && $0.argument == name
      }
      guard !isExplained else { continue }
      let meant = meant(by: name)
      guard meant != nil || isRefused || isUser(name) else { continue }
      var message = "unknown argument \(quoted)"
      if let meant {
        message += ": did you mean \"\(meant)\"?"
      } else if isUser(name) {
        message += " does not say for whom the call is"
      }
      mistakes.append(.init(message: message, isAboutNames: true))
    }
    return mistakes
  }

  /// What to do instead, where one of the names means a user.
  var hint: Hint? { names.contains(where: isUser) ? MistypedUser.hint : nil }

  /// What to say of the names that are passed on.
  var warnings: [String] {
    guard schema.declared != nil, !isOpen else { return [] }
    var warnings = names.prefix(Self.warningLimit).map { name in
      "unknown argument \(ArgumentSchemaWording.quoted(name)); it is passed on"
    }
    if names.count > Self.warningLimit {
      warnings.append("\(names.count - Self.warningLimit) more unknown arguments are passed on")
    }
    return warnings
  }

  /// What may have been meant by the names that were passed on, where the agent failed with them.
  var advice: Hint? {
    guard !warnings.isEmpty, let declared = schema.declared?.map(\.name) else { return nil }
    let open = declared.filter { arguments[$0] == nil }
    let meant = names.compactMap { Suggestion.closest(to: $0, among: open, freely: true) }
    if let first = meant.first { return .didYouMean(first) }
    if names.count == 1, open.count == 1 { return .didYouMean(open[0]) }
    let passed = names.prefix(3).map(ArgumentSchemaWording.quoted).joined(separator: ", ")
    return declared.isEmpty
      ? "the agent's schema has no arguments, and \(passed) was passed on"
      : "\(passed) was passed on; the agent's schema has "
        + Hint(declared.prefix(20).joined(separator: ", "))
  }

  private func isUser(_ name: String) -> Bool {
    MistypedUser.isMeant(by: name, arguments[name] ?? .null)
  }

  /// The declared name that one is near to; first one that was not given.
  private func meant(by name: String) -> String? {
    guard !isOpen, let declared = schema.declared?.map(\.name) else { return nil }
    let open = declared.lazy.filter { arguments[$0] == nil }
    return Suggestion.closest(to: name, among: open)
      ?? Suggestion.closest(to: name, among: declared)
  }

  /// Whether the schema describes what else may be given.
  private var isOpen: Bool {
    if case .schema = schema.nodes[0].additional { true } else { false }
  }

  private var isRefused: Bool {
    if case .forbidden = schema.nodes[0].additional { return true }
    return isStrict && !isOpen
  }
}
