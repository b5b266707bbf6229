extension String {
  /// The most characters of somebody's text that a message shows.
  private static let shownLength = 80

  /// The text as a message shows it: what is longer than people read ends with an ellipsis.
  ///
  /// Counted in Unicode scalars: what looks like one character may be built of any number.
  package var shortened: String {
    // Most texts are short, and told from their bytes.
    guard utf8.count > Self.shownLength, unicodeScalars.count > Self.shownLength else {
      return self
    }
    return String(unicodeScalars.prefix(Self.shownLength - 1)) + "…"
  }

  /// A path as a message shows it: whole, unless it is too long to be the path of anything.
  package var shortenedPath: String { utf8.count < 4096 ? self : shortened }
}
