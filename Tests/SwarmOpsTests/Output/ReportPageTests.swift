import Foundation
import Testing

@testable import SwarmOps

/// The page of `report --html` in a real browser: narrow and wide, light and dark.
@Suite struct ReportPageTests {
  private static let browser = ["/usr/bin/chromium", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// What the browser measured of the page in a frame of 400 and in one of 1,400 pixels.
  private func measure(_ program: Program, isDark: Bool) throws -> [JSONValue] {
    let probe = Sources.repository + "/Tests/SwarmOpsTests/Fixtures/report_probe.html"
    let outcome = try program.shell(
      """
      cd
      cp '\(probe)' probe.html
      '\(Self.browser ?? "")' --headless --no-sandbox --disable-gpu --allow-file-access-from-files \
        --user-data-dir="$PWD/profile" --blink-settings=preferredColorScheme=\(isDark ? 0 : 1) \
        --window-size=1900,1000 --virtual-time-budget=5000 --dump-dom "file://$PWD/probe.html" \
        2> browser.txt | sed -n 's|.*<pre id="out">\\(.*\\)</pre>.*|\\1|p'
      """)
    return try #require(try JSONValue.parse(Array(outcome.stdout.utf8)).array, "\(outcome)")
  }

  @Test(.enabled(if: browser != nil, "needs Chromium"))
  func thePageIsReadableNarrowAndWideLightAndDark() throws {
    let program = try Program()
    expect(try program("quickstart"), status: 0)
    let long = String(repeating: "long", count: 30)
    expect(try program("copy", "starter", long, "--memory"), status: 0)
    expect(try program("run", "starter", "SaveMemory", "memory_type=no", "content=x"), status: 64)
    expect(
      try program.shell("cd; swarmctl report --html page.html --with-content"), status: 0)
    for isDark in [false, true] {
      let frames = try measure(program, isDark: isDark)
      #expect(frames.compactMap { $0["width"]?.int } == [400, 1400])
      for frame in frames {
        #expect(frame["dark"]?.bool == isDark, "\(frame)")
        #expect(frame["overflow"]?.int.map { $0 <= 0 } == true, "wider than its frame: \(frame)")
        #expect(frame["contrast"]?.double.map { $0 >= 4.5 } == true, "hard to read: \(frame)")
        #expect(frame["texts"]?.int.map { $0 > 30 } == true, "\(frame)")
        #expect(frame["paper"]?.double.map { ($0 < 0.5) == isDark } == true, "\(frame)")
        #expect(frame["scripts"] == 0 && frame["loaded"] == 0, "\(frame)")
      }
    }
  }
}
