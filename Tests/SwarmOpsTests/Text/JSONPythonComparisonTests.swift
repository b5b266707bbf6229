import Testing

@testable import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Python's `json` writes and reads the same files, so both must agree on each text.
@Suite struct JSONPythonComparisonTests {
  /// Reads one text a line, in hexadecimal.
  ///
  /// Writes what it means, numbers as marked strings and
  /// lone surrogates replaced, or "refused".
  static let script = """
    import json, re, sys
    mark = lambda text: "#" + text
    for line in open(sys.argv[1]):
        try:
            value = json.loads(bytes.fromhex(line).decode("utf-8"),
                               parse_int=mark, parse_float=mark, parse_constant=mark)
        except ValueError:
            print("refused")
            continue
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        print(re.sub("[\\ud800-\\udfff]", "\\ufffd", text).encode("utf-8").hex())
    """

  static let seeds: [String] = [
    "{\"id\": \"a\\u00e9\\n\", \"score\": -1.50e+3, \"tags\": [\"x\", \"é日😀\"], \"ok\": true}",
    "[0, -0.0, 1e5, [null, false], {\"a\": {}, \"b\": []}, \"\\ud83d\\ude00\"]",
    "{\n  \"k\": {\n    \"m\": \"text, more\",\n    \"n\": 12\n  },\n  \"l\": NaN\n}",
    "[\"\\\\\\\"\\/\\b\\f\\r\\t\", Infinity, -Infinity, 0.1, 10, 1E-2]",
  ]

  static let hasPython = system("/usr/bin/env python3 -c pass >/dev/null 2>&1") == 0

  private static func mutated(_ random: inout SeededRandom) -> [UInt8] {
    let interesting = Array("{}[],:\"\\u0123456789abcdef-+.eE \n\tnulltrueNaNInfinity/'\u{E9}".utf8)
    var bytes = Array(seeds[random.below(seeds.count)].utf8)
    for _ in 0...random.below(3) {
      let place = random.below(bytes.count)
      switch random.below(6) {
      case 0: bytes.remove(at: place)
      case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes.insert(interesting[random.below(interesting.count)], at: place)
      case 3: bytes[place] = interesting[random.below(interesting.count)]
      case 4: bytes.swapAt(place, random.below(bytes.count))
      default:
        let end = min(bytes.count, place + random.below(8))
        bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
      }
    }
    return bytes
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func marked(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let number): .string("#" + number.text)
    case .array(let elements): .array(elements.map(marked))
    case .object(let object): .object(JSONObject(object.map { ($0.key, marked($0.value)) }))
    default: value
    }
  }

  @Test(.enabled(if: hasPython, "needs python3"))
  func mutatedDocumentsMeanTheSameToPython() throws {
    var random = SeededRandom(seed: 20_260_419)
    let documents = (0..<6000).map { _ in Self.mutated(&random) }
    let answers = try askPython(documents)
    try #require(answers.count == documents.count)
    var acceptedCount = 0
    for (document, answer) in zip(documents, answers) {
      let text = String(decoding: document, as: UTF8.self)
      let value = try? JSONValue.parse(document, options: .allowNonFinite)
      let mine = value.map { Self.hex(Self.marked($0).serialized()) } ?? "refused"
      #expect(mine == answer, "\(text)")
      let isValid = (try? JSONScanner.validate(document, options: .allowNonFinite)) != nil
      #expect(isValid == (value != nil), "\(text)")
      if isValid { acceptedCount += 1 }
    }
    // Both sides must have had something to say.
    #expect(acceptedCount > 300 && acceptedCount < 5700)
  }

  private func askPython(_ documents: [[UInt8]]) throws -> [String] {
    var template = Array("/tmp/swarmctl-json-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let (script, input) = ("\(folder)/compare.py", "\(folder)/documents")
    defer {
      unlink(script)
      unlink(input)
      rmdir(folder)
    }
    try write(Self.script, to: script)
    try write(documents.map(Self.hex).joined(separator: "\n") + "\n", to: input)
    let pipe = try #require(popen("/usr/bin/env python3 \(script) \(input)", "r"))
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
      output += buffer.prefix(count)
    }
    try #require(pclose(pipe) == 0)
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    #expect(fputs(text, file) >= 0)
    try #require(fclose(file) == 0)
  }
}
