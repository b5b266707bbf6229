import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

@Suite struct OverviewTests {
  @Test func thePageStandsAloneAndTellsNoMemory() throws {
    let fixture = try MemoryFixture()
    try fixture.write(
      "swarms/\(MemoryFixture.second)/manifest.json", #"{"name":"<b>&\"x","agents":[]}"#)
    let page = fixture.program.folder("home/report.html")
    let outcome = try fixture.program("report", "--html", page, "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["swarms"]?.int == 2, "\(outcome)")
    let html = try String(contentsOfFile: page, encoding: .utf8)
    for foreign in ["<script", "http://", "https://", "url(", "@import", "<img", "<link"] {
      #expect(!html.contains(foreign), "\(foreign)")
    }
    #expect(!html.contains("Likes tea") && !html.contains("Likes milk"))
    #expect(html.contains("&lt;b&gt;&amp;&quot;x") && !html.contains("<b>&"))
    for words in ["alpha", MemoryFixture.tea, "Memories by size", "What doctor finds", "<svg"] {
      #expect(html.contains(words), "\(words)")
    }
    try checkTags(html)
    let shown = try fixture.program("report", "--html", "-", "--with-content")
    #expect(shown.stdout.contains("Likes tea"), "\(shown.stderr)")
    try checkTags(shown.stdout)
  }

  @Test func anEmptyRootHasAPageToo() throws {
    let program = try Program()
    let outcome = try program("report", "--html", "-")
    expect(outcome, status: 0)
    #expect(outcome.stdout.contains("There are no swarms yet."), "\(outcome)")
    try checkTags(outcome.stdout)
  }

  @Test func whatFailedIsToldApartWithoutColour() {
    let plot = Plot.columns(
      [
        .init(label: "2026-01-01", done: 3, failed: 1),
        .init(label: "2026-01-02", done: 0, failed: 0),
      ],
      title: "Calls")
    #expect(plot.contains("class=\"hollow\"") && plot.contains("2026-01-01: 3 done, 1 failed"))
    #expect(Plot.bars([], title: "x").isEmpty)
    #expect(Plot.line([1], from: "a", to: "b", top: "1", title: "x").isEmpty)
  }

  /// Every element is closed by its own end, which browsers would repair in silence.
  private func checkTags(_ html: String) throws {
    var open: [Substring] = []
    for match in html.matches(of: /<(\/?)([a-z][a-z0-9]*)([^>]*)>/) {
      let (_, slash, name, rest) = match.output
      if ["meta"].contains(name) || rest.hasSuffix("/") || name == "br" { continue }
      if slash.isEmpty {
        open.append(name)
      } else {
        try #require(open.popLast() == name, "\(name)")
      }
    }
    #expect(open.isEmpty)
  }
}
