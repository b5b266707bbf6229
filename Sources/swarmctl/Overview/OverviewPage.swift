import SwarmOps

/// The page of `report --html`: one file without scripts, fonts or pictures from elsewhere.
struct OverviewPage {
  let overview: Overview

  /// The whole document.
  var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" \
    content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="color-scheme" content="light dark">
    <title>swarmctl report</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <header><h1>Swarms in <code>\(HTML.escaped(overview.root))</code></h1>
    <p>Made \(ISODate.text(overview.now)) by swarmctl \(HTML.escaped(Version.current))\
    \(overview.hasContent ? "; shows what is remembered: keep it to yourself" : "").</p></header>
    <main>
    \(totals)\(swarms)\(calls)\(sizes)\(ages)\(largest)\(findings)\(content)</main>
    </body>
    </html>

    """
  }

  // MARK: Sections

  private var totals: String {
    let users = Set(overview.memories.compactMap(\.namespace.user)).count
    let facts = [
      ("swarms", "\(overview.swarms.count)"), ("users", "\(users)"),
      ("memories", "\(overview.memories.count)"),
      ("memory", HumanSize.text(overview.memories.reduce(0) { $0 + $1.bytes })),
      ("findings", "\(overview.findings.count)"),
    ]
    return "<dl class=\"totals\">"
      + facts.map { "<div><dt>\($0.0)</dt><dd>\(HTML.escaped($0.1))</dd></div>" }.joined()
      + "</dl>\n"
  }

  private var swarms: String {
    guard !overview.swarms.isEmpty else {
      return section("Swarms", "<p>There are no swarms yet.</p>\n")
    }
    let plot = Plot.bars(
      overview.swarms.sorted { $0.bytes > $1.bytes }.prefix(20).map {
        Plot.Bar(label: $0.name, value: Double($0.bytes), text: HumanSize.text($0.bytes))
      }, title: "Memory of each swarm")
    let table = HTML.table(
      ["Name", "GUID", "Agents", "Users", "Memory", "Last use"],
      overview.swarms.map { swarm in
        [
          swarm.name, "\(swarm.guid)", "\(swarm.agents)", "\(swarm.users)",
          HumanSize.text(swarm.bytes), age(swarm.lastUse),
        ]
      }, numbers: [2, 3, 4])
    return section("Swarms", plot + table)
  }

  private var sizes: String {
    let classes: [(label: String, end: Int)] = [
      ("under 1 kB", 1_000), ("1–10 kB", 10_000), ("10–100 kB", 100_000),
      ("100 kB–1 MB", 1_000_000), ("1–10 MB", 10_000_000), ("10 MB and more", .max),
    ]
    return histogram("Memories by size", classes) { $0.bytes }
  }

  private var ages: String {
    let day = 86_400
    let classes: [(label: String, end: Int)] = [
      ("today", day), ("this week", 7 * day), ("this month", 30 * day),
      ("this quarter", 91 * day), ("this year", 365 * day), ("longer ago", .max),
    ]
    return histogram("Memories by last change", classes) {
      max(0, Int(overview.now - $0.modified / 1_000_000_000))
    }
  }

  private func histogram(
    _ title: String, _ classes: [(label: String, end: Int)], _ value: (Overview.Memory) -> Int
  ) -> String {
    guard !overview.memories.isEmpty else { return "" }
    var counts = [Int](repeating: 0, count: classes.count)
    for memory in overview.memories {
      let number = value(memory)
      counts[classes.firstIndex { number < $0.end } ?? classes.count - 1] += 1
    }
    return section(
      title,
      Plot.bars(
        zip(classes, counts).map {
          Plot.Bar(label: $0.label, value: Double($1), text: "\($1)")
        }, title: title))
  }

  private var largest: String {
    let rows = overview.memories.sorted { $0.bytes > $1.bytes }.prefix(20).map { memory in
      [
        memory.userName ?? memory.namespace.folderName, memory.swarmName,
        HumanSize.text(memory.bytes), age(memory.modified),
      ]
    }
    guard !rows.isEmpty else { return "" }
    return section(
      "Largest memories",
      HTML.table(["User", "Swarm", "Memory", "Last change"], rows, numbers: [2]))
  }

  private var calls: String {
    guard let history = overview.history, !history.days.isEmpty else { return "" }
    var html = Plot.columns(
      history.days.map { Plot.Column(label: $0.date, done: $0.done, failed: $0.failed) },
      title: "Calls a day")
    html +=
      "<p class=\"key\"><span class=\"swatch\"></span> done "
      + "<span class=\"swatch hollow\"></span> failed</p>\n"
    if let first = history.days.first, let last = history.days.last {
      let growth = history.days.map { Double($0.bytes) }
      let plot = Plot.line(
        growth, from: first.date, to: last.date,
        top: HumanSize.text(history.days.map(\.bytes).max() ?? 0), title: "Growth of memory")
      if !plot.isEmpty { html += "<h3>Growth of memory since then</h3>\n" + plot }
    }
    let failures = history.failures.map {
      Plot.Bar(label: $0.agent, value: Double($0.count), text: "\($0.count)")
    }
    if !failures.isEmpty {
      html += "<h3>Failures by agent</h3>\n" + Plot.bars(failures, title: "Failures by agent")
    }
    return section("Calls", html)
  }

  private var findings: String {
    let items = overview.findings.map { finding in
      "<li><strong>\(finding.severity.rawValue)</strong>: \(HTML.escaped(finding.what))"
        + "<br><span class=\"advice\">\(HTML.escaped(HintWording.text(finding.advice)))</span></li>\n"
    }
    return section(
      "What doctor finds",
      items.isEmpty ? "<p>Nothing is wrong.</p>\n" : "<ul>\n\(items.joined())</ul>\n")
  }

  private var content: String {
    guard overview.hasContent else { return "" }
    let parts = overview.contents.map { content in
      "<h3>\(HTML.escaped(content.title))</h3>\n"
        + HTML.table(["Date", "Type", "Content", "Tags"], content.rows)
    }
    return section("What is remembered", parts.joined())
  }

  private func section(_ title: String, _ html: String) -> String {
    "<section><h2>\(HTML.escaped(title))</h2>\n\(html)</section>\n"
  }

  private func age(_ nanoseconds: Int64?) -> String {
    guard let nanoseconds, nanoseconds > 0 else { return "never" }
    return HumanAge.text(.seconds(overview.now - nanoseconds / 1_000_000_000))
  }

  private static let style = """
    :root { --ink: #1b1f24; --paper: #ffffff; --dim: #57606a; --line: #d0d7de; --bar: #1f6feb;
      --track: #eef1f4 }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6edf3; --paper: #0d1117; --dim: #9198a1; --line: #3d444d; --bar: #58a6ff;
        --track: #1c2128 }
    }
    * { box-sizing: border-box }
    body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 70rem; color: var(--ink);
      background: var(--paper); font: 1rem/1.5 system-ui, sans-serif }
    h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere }
    h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line) }
    h3 { font-size: 1rem; margin: 1.5rem 0 .5rem }
    h2, h3, p { overflow-wrap: anywhere }
    header p, dt, .advice, figcaption, .key { color: var(--dim) }
    .totals { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 1.5rem 0 0 }
    .totals dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums }
    .bars { display: grid; grid-template-columns: fit-content(40%) minmax(3rem, 1fr) auto;
      gap: .35rem .75rem; align-items: center; margin: .75rem 0 1.25rem }
    .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
    .number, .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
    svg { display: block }
    .track { fill: var(--track) }
    .fill { fill: var(--bar) }
    .hollow { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5;
      vector-effect: non-scaling-stroke }
    .line { fill: none; stroke: var(--bar); stroke-width: 2; vector-effect: non-scaling-stroke }
    figure { margin: 0 }
    .columns { width: 100%; height: 9rem; border-bottom: 1px solid var(--line) }
    figcaption { display: flex; justify-content: space-between; gap: 1rem; font-size: .875rem }
    .swatch { display: inline-block; width: .8em; height: .8em; background: var(--bar);
      border: 1.5px solid var(--bar); margin-left: 1em }
    .swatch.hollow { background: var(--paper); border-color: var(--ink) }
    .scroll { overflow-x: auto }
    table { border-collapse: collapse; width: 100%; font-size: .9375rem }
    th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line);
      vertical-align: top }
    th { color: var(--dim); font-weight: 600 }
    ul { padding-left: 1.25rem }
    li { margin: .5rem 0; overflow-wrap: anywhere }
    @media print { body { max-width: none } section { break-inside: avoid } }
    """
}
