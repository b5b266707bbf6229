/// Answers in the order in which they are to be written.
struct AnswerOrder {
  /// Whether the order of the lines is kept.
  private let isKept: Bool
  private var held: [Int: BatchAnswer] = [:]
  private var skipped: Set<Int> = []
  private var next = 0
  /// Bytes of outputs that wait for earlier answers.
  private(set) var heldBytes = 0

  init(isKept: Bool) { self.isKept = isKept }

  /// Whether all later answers wait for this line's.
  func isAwaited(_ sequence: Int) -> Bool { isKept && sequence == next }

  /// Adds an answer.
  ///
  /// - Returns: What is to be written now.
  mutating func add(_ answer: BatchAnswer, at sequence: Int) -> [BatchAnswer] {
    if !isKept { return [answer] }
    held[sequence] = answer
    heldBytes += answer.size
    return ready()
  }

  /// Notes that a line has no answer.
  ///
  /// - Returns: What is to be written now.
  mutating func skip(_ sequence: Int) -> [BatchAnswer] {
    if !isKept { return [] }
    skipped.insert(sequence)
    return ready()
  }

  private mutating func ready() -> [BatchAnswer] {
    var answers: [BatchAnswer] = []
    while true {
      if skipped.remove(next) != nil {
        next += 1
      } else if let answer = held.removeValue(forKey: next) {
        next += 1
        heldBytes -= answer.size
        answers.append(answer)
      } else {
        return answers
      }
    }
  }
}
