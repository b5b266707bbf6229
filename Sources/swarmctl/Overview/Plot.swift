/// Plain SVG plots that need no script and no colour: every bar stands beside its name and number.
enum Plot {
  /// One bar.
  struct Bar: Sendable {
    let label: String
    let value: Double
    /// The value for people.
    let text: String
  }

  /// Bars below each other, each with its name before and its number after it.
  static func bars(_ bars: [Bar], title: String) -> String {
    guard let largest = bars.map(\.value).max(), largest > 0 else { return "" }
    var html = "<div class=\"bars\" role=\"img\" aria-label=\"\(HTML.escaped(title))\">\n"
    for bar in bars {
      let share = (bar.value / largest * 1000).rounded() / 10
      html += """
        <span class="label">\(HTML.escaped(bar.label))</span>\
        <svg class="bar" width="100%" height="14" aria-hidden="true">\
        <rect class="track" width="100%" height="14"/>\
        <rect class="fill" width="\(share)%" height="14"/></svg>\
        <span class="number">\(HTML.escaped(bar.text))</span>

        """
    }
    return html + "</div>\n"
  }

  /// One column of a plot over time; what failed is hollow, so that no colour is needed.
  struct Column: Sendable {
    let label: String
    let done: Int
    let failed: Int
  }

  /// Columns side by side, the first and last named below.
  static func columns(_ columns: [Column], title: String) -> String {
    guard let largest = columns.map({ $0.done + $0.failed }).max(), largest > 0,
      let first = columns.first, let last = columns.last
    else { return "" }
    let height = 100.0
    var html = """
      <figure><svg class="columns" viewBox="0 0 \(columns.count * 10) \(Int(height))" \
      preserveAspectRatio="none" role="img" aria-label="\(HTML.escaped(title))">

      """
    for (index, column) in columns.enumerated() {
      let done = Double(column.done) / Double(largest) * height
      let failed = Double(column.failed) / Double(largest) * height
      let tip = "\(column.label): \(column.done) done, \(column.failed) failed"
      html += "<g><title>\(HTML.escaped(tip))</title>"
      html += rect(index, height - done, done, "fill")
      if failed > 0 { html += rect(index, height - done - failed, failed, "hollow") }
      html += "</g>\n"
    }
    return html + """
      </svg><figcaption><span>\(HTML.escaped(first.label))</span>\
      <span>at most \(largest) a day</span><span>\(HTML.escaped(last.label))</span></figcaption></figure>

      """
  }

  /// A line over time, such as bytes of memory.
  static func line(
    _ values: [Double], from first: String, to last: String, top: String, title: String
  )
    -> String
  {
    guard values.count > 1, let largest = values.max(), largest > 0 else { return "" }
    let points = values.enumerated().map { index, value in
      let y = ((100 - value / largest * 98) * 10).rounded() / 10
      return "\(index * 10),\(y)"
    }
    return """
      <figure><svg class="columns" viewBox="0 0 \((values.count - 1) * 10) 100" \
      preserveAspectRatio="none" role="img" aria-label="\(HTML.escaped(title))">\
      <polyline class="line" points="\(points.joined(separator: " "))"/></svg>\
      <figcaption><span>\(HTML.escaped(first))</span><span>at most \(HTML.escaped(top))</span>\
      <span>\(HTML.escaped(last))</span></figcaption></figure>

      """
  }

  private static func rect(_ index: Int, _ y: Double, _ height: Double, _ name: String) -> String {
    let (y, height) = ((y * 10).rounded() / 10, (height * 10).rounded() / 10)
    return
      "<rect class=\"\(name)\" x=\"\(index * 10 + 1)\" y=\"\(y)\" width=\"8\" height=\"\(height)\"/>"
  }
}

/// Text inside HTML.
enum HTML {
  /// The text with what means something to HTML written so that it means itself.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in VisibleText.line(text) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }

  /// A table; the columns in `numbers` are set to the right.
  static func table(_ titles: [String], _ rows: [[String]], numbers: Set<Int> = []) -> String {
    guard !rows.isEmpty else { return "" }
    func cell(_ tag: String, _ index: Int, _ text: String) -> String {
      "<\(tag)\(numbers.contains(index) ? " class=\"n\"" : "")>\(escaped(text))</\(tag)>"
    }
    var html = "<div class=\"scroll\"><table><thead><tr>"
    html += titles.enumerated().map { cell("th", $0, $1) }.joined() + "</tr></thead><tbody>\n"
    for row in rows {
      html += "<tr>" + row.enumerated().map { cell("td", $0, $1) }.joined() + "</tr>\n"
    }
    return html + "</tbody></table></div>\n"
  }
}
