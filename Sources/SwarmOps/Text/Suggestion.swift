/// Finds what a mistyped word was meant to be.
package enum Suggestion {
  /// Words longer than this are compared no further: they are no typing mistakes.
  private static let longestWord = 64

  /// Returns the candidate nearest to a word, or nil when none is near enough to be meant.
  ///
  /// Case is ignored. Near is an optimal string alignment distance (insertion, deletion, change,
  /// swap of neighbours) of at most a third of the longer word, and of one at least; a candidate
  /// that the word begins (three letters or more) counts as one mistake.
  ///
  /// - Parameters:
  ///   - word: What was typed.
  ///   - candidates: What would have been right; the first of equally near ones wins.
  ///   - isFreely: Whether half of the longer word may be wrong, where something went wrong already.
  /// - Returns: The nearest candidate, spelled as given.
  package static func closest(
    to word: String, among candidates: some Sequence<String>, freely isFreely: Bool = false
  ) -> String? {
    let typed = Array(word.lowercased().unicodeScalars)
    guard !typed.isEmpty, typed.count <= longestWord else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let meant = Array(candidate.lowercased().unicodeScalars)
      guard !meant.isEmpty, meant.count <= longestWord else { continue }
      var distance = Self.distance(typed, meant)
      // Every two one-letter words are one change apart; that says nothing.
      if distance >= max(typed.count, meant.count) { continue }
      if typed.count >= 3, meant.starts(with: typed) { distance = min(distance, 1) }
      let limit = max(1, max(typed.count, meant.count) / (isFreely ? 2 : 3))
      // Of equally near ones, what the word begins with is likelier.
      let isBetter =
        distance < best?.distance ?? .max
        || distance == best?.distance && typed.starts(with: meant)
      if distance <= limit, isBetter { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// The optimal string alignment distance, a Damerau distance that edits no place twice.
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      current.reserveCapacity(right.count + 1)
      for column in 1...right.count {
        let cost = left[row - 1] == right[column - 1] ? 0 : 1
        var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          best = min(best, beforePrevious[column - 2] + 1)
        }
        current.append(best)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }
}
