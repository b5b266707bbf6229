/// Rows in columns, for people.
struct Table: Sendable, Equatable {
  /// One column.
  struct Column: Sendable, Equatable {
    enum Alignment: Sendable, Equatable {
      case left
      case right
    }

    /// The heading, in capitals by convention.
    var title: String
    var alignment = Alignment.left
    /// Whether cells may be cut with `…` to fit the terminal.
    ///
    /// Never for what people paste, such as GUIDs.
    var canShrink = false
    /// The narrowest that it shrinks to.
    var minimumWidth = 8
    /// How many characters of a cell are enough to find the thing again, such as of a GUID, where
    /// the line fits in no other way.
    var prefix: Int?

    init(
      _ title: String, _ alignment: Alignment = .left, canShrink: Bool = false,
      minimumWidth: Int = 8, prefix: Int? = nil
    ) {
      self.prefix = prefix
      self.title = title
      self.alignment = alignment
      self.canShrink = canShrink
      self.minimumWidth = minimumWidth
    }
  }

  var columns: [Column]
  /// One cell for each column; control characters are made visible when rendering.
  var rows: [[String]]

  private static let gap = "  "

  /// Renders heading and rows; nothing at all without rows.
  ///
  /// - Parameters:
  ///   - width: The terminal's width; nil to cut nothing.
  ///   - style: How the heading looks.
  /// - Returns: Lines without trailing spaces, each ended by a newline.
  func rendered(width: Int? = nil, style: Style = Style(usesColor: false)) -> String {
    guard !rows.isEmpty else { return "" }
    let layout = Layout(columns: columns, sample: rows, width: width)
    var text = layout.heading(style: style)
    for row in rows { text += layout.line(row) }
    return text
  }

  /// The widths that a table's columns have, so that rows can also be written one by one.
  struct Layout: Sendable {
    private let columns: [Column]
    private(set) var widths: [Int]

    /// Measures columns.
    ///
    /// - Parameters:
    ///   - columns: The columns.
    ///   - sample: The rows, or the first of many.
    ///   - width: The terminal's width; nil to cut nothing.
    init(columns: [Column], sample: [[String]], width: Int?) {
      self.columns = columns
      widths = columns.map { DisplayWidth.of($0.title) }
      for row in sample {
        for (index, cell) in row.prefix(columns.count).enumerated() {
          widths[index] = max(widths[index], DisplayWidth.of(VisibleText.line(cell)))
        }
      }
      if let width { shrink(to: width) }
    }

    /// Takes columns off the widest that may shrink until the line fits or none may shrink further.
    private mutating func shrink(to width: Int) {
      var excess = widths.reduce(0, +) + gap.count * (columns.count - 1) - width
      while excess > 0 {
        let shrinkable = columns.indices.filter {
          columns[$0].canShrink && widths[$0] > columns[$0].minimumWidth
        }
        guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else {
          guard
            let long = columns.indices.first(where: { index in
              columns[index].prefix.map { $0 < widths[index] } == true
            }), let prefix = columns[long].prefix
          else { return }
          excess -= widths[long] - prefix
          widths[long] = prefix
          continue
        }
        widths[widest] -= 1
        excess -= 1
      }
    }

    func heading(style: Style) -> String {
      style.bold(String(decoding: joined(columns.map(\.title)), as: UTF8.self)) + "\n"
    }

    func line(_ cells: [String]) -> String {
      var line = joined(cells.map(VisibleText.line))
      line.append(UInt8(ascii: "\n"))
      return String(decoding: line, as: UTF8.self)
    }

    /// Bytes, as lists may have a million lines.
    private func joined(_ cells: [String]) -> [UInt8] {
      var line: [UInt8] = []
      line.reserveCapacity(widths.reduce(0) { $0 + $1 + gap.count })
      /// Spaces are held back until something follows them.
      var spaces = 0
      func add(_ shown: String) {
        line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: spaces))
        line.append(contentsOf: shown.utf8)
        spaces = 0
      }
      for (index, column) in columns.enumerated() {
        let cell = index < cells.count ? cells[index] : ""
        var shown = cell
        var width = DisplayWidth.of(cell)
        if width > widths[index], column.canShrink || column.prefix != nil {
          shown =
            column.canShrink
            ? DisplayWidth.truncated(cell, to: widths[index])
            : String(cell.prefix(max(widths[index], column.title.count)))
          width = DisplayWidth.of(shown)
        }
        let padding = max(0, widths[index] - width)
        switch column.alignment {
        case .left where shown.isEmpty: spaces += padding
        case .left:
          add(shown)
          spaces = padding
        case .right:
          spaces += padding
          add(shown)
        }
        spaces += gap.count
      }
      return line
    }
  }
}
