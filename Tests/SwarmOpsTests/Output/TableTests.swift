import Testing

@testable import swarmctl

@Suite struct TableTests {
  private let table = Table(
    columns: [
      Table.Column("NAME", canShrink: true), Table.Column("GUID"),
      Table.Column("MEMORY", .right), Table.Column("PURPOSE", canShrink: true, minimumWidth: 10),
    ],
    rows: [
      ["sales", "3f25", "1.2 MB", "Scores leads and writes to them"],
      ["漢字", "0000", "12 B", ""],
      ["evil\u{1B}[2J\nname", "ffff", "0 B", "x"],
    ])

  @Test func columnsAlignAndNothingTrails() {
    #expect(
      table.rendered() == """
        NAME             GUID  MEMORY  PURPOSE
        sales            3f25  1.2 MB  Scores leads and writes to them
        漢字             0000    12 B
        evil\\e[2J\\nname  ffff     0 B  x

        """)
  }

  @Test(arguments: [42, 50, 60, 62])
  func shrinkableColumnsFitTheTerminal(width: Int) {
    let lines = table.rendered(width: width).split(separator: "\n")
    for line in lines { #expect(DisplayWidth.of(String(line)) <= width, "\(line)") }
    #expect(lines.count == 4)
    #expect(lines[1].contains("3f25  1.2 MB"))
  }

  @Test func widestColumnShrinksFirst() {
    #expect(
      table.rendered(width: 55).split(separator: "\n")[1]
        == "sales            3f25  1.2 MB  Scores leads and writes…")
  }

  @Test func whatMayNotShrinkStaysWholeOnATinyTerminal() {
    let text = table.rendered(width: 10)
    #expect(text.contains("1.2 MB"))
    #expect(text.contains("3f25"))
  }

  @Test func noRowsAreNoText() {
    #expect(Table(columns: table.columns, rows: []).rendered() == "")
  }

  @Test func headingIsBoldInColour() {
    let text = table.rendered(style: Style(usesColor: true))
    #expect(text.hasPrefix("\u{1B}[1mNAME"))
    #expect(text.split(separator: "\n")[0].hasSuffix("\u{1B}[0m"))
  }

  @Test func missingCellsAreEmpty() {
    let table = Table(columns: [Table.Column("A"), Table.Column("B")], rows: [["1"], []])
    #expect(table.rendered() == "A  B\n1\n\n")
  }
}
