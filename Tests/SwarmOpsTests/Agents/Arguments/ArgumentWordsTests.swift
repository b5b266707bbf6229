import SwarmOps
import Testing

@testable import swarmctl

private let schema = ArgumentSchema(
  json:
    """
    {"type": "object", "properties": {
      "content": {"type": "string"},
      "count": {"type": "integer"},
      "ratio": {"type": "number"},
      "flag": {"type": "boolean"},
      "tags": {"type": "array", "items": {"type": "string"}},
      "sizes": {"type": "array", "items": {"type": "integer"}},
      "lead": {"type": "object"},
      "maybe": {"type": ["integer", "null"]},
      "either": {"type": ["string", "integer"]},
      "mixed": {"enum": [1, "two", true, null, "1.0"]},
      "level": {"type": "integer", "enum": [1, 2]},
      "slip": {"type": "string", "enum": [1, 2]},
      "auto": {"anyOf": [{"enum": ["auto"]}, {"type": "integer"}]},
      "labels": {"type": "array", "enum": ["a", "b"]},
      "untyped": {"description": "anything"},
      "limit": {"default": 10},
      "deep": {"default": false},
      "bounded": {"minimum": 1},
      "listed": {"items": {}},
      "odd": {"type": "str"},
      "strange": {"type": "whatever"}
    }, "required": ["content"]}
    """)

private func read(_ words: String..., base: JSONObject = [:]) throws -> JSONObject {
  try ArgumentWords.read(words, base: base, schema: schema)
}

private func mistake(_ words: String...) throws -> SwarmError {
  let error = #expect(throws: SwarmError.self) {
    try ArgumentWords.read(words, base: [:], schema: schema)
  }
  let found = try #require(error)
  #expect(found.code == .badArgument)
  return found
}

@Suite struct ArgumentWordsTests {
  @Test(arguments: [
    ("content=hello", #""hello""#),
    ("content=", #""""#),
    ("content=a=b==", #""a=b==""#),
    ("content=-x", #""-x""#),
    ("content=@file", #""@file""#),
    ("content=5", #""5""#),
    ("content=null", #""null""#),
    (#"content={"a":1}"#, #""{\"a\":1}""#),
    ("content= a\n b ", #"" a\n b ""#),
    ("content=:=x", #"":=x""#),
    ("content=\u{0301}é", "\"\u{0301}é\""),
    ("count=5", "5"),
    ("count=-5", "-5"),
    ("count=1e3", "1e3"),
    ("count=5.0", "5.0"),
    ("count=123456789012345678901234567890", "123456789012345678901234567890"),
    ("ratio=0.50", "0.50"),
    ("ratio=1E-7", "1E-7"),
    ("flag=true", "true"),
    ("flag=False", "false"),
    ("flag=TRUE", "true"),
    (#"tags=["a", "b"]"#, #"["a","b"]"#),
    ("tags=[]", "[]"),
    (#"lead={"a": 1.0}"#, #"{"a":1.0}"#),
    ("maybe=null", "null"),
    ("maybe=3", "3"),
    ("either=3", #""3""#),
    ("mixed=1", "1"),
    ("mixed=two", #""two""#),
    ("mixed=True", "true"),
    ("mixed=null", "null"),
    ("mixed=1.0", #""1.0""#),
    ("mixed=three", #""three""#),
    ("level=2", "2"),
    ("slip=2", "2"),
    ("slip=3", #""3""#),
    ("auto=auto", #""auto""#),
    (#"labels=["a"]"#, #"["a"]"#),
    ("untyped=5", #""5""#),
    ("untyped=[1]", #""[1]""#),
    ("limit=20", "20"),
    ("limit=many", #""many""#),
    ("deep=true", "true"),
    ("deep=very", #""very""#),
    ("bounded=3", "3"),
    ("listed=[1]", "[1]"),
    ("listed=a", #""a""#),
    ("odd=5", #""5""#),
    ("strange=5", #""5""#),
    ("undeclared=5", #""5""#),
    ("count:=\"text\"", #""text""#),
    ("content:=5", "5"),
    ("undeclared:= [1, {\"a\": null}] ", #"[1,{"a":null}]"#),
  ])
  func aWordIsReadAsTheTypeInTheSchema(_ word: String, _ json: String) throws {
    let arguments = try read(word)
    #expect(arguments.count == 1)
    #expect(arguments.values.first?.compactString == json)
  }

  @Test(arguments: [
    ("count=high", #"argument "count" must be an integer (got "high")"#),
    ("count=", #"argument "count" must be an integer (got "")"#),
    (
      "count=007",
      #"argument "count" must be an integer (got "007", not a JSON number: a leading zero)"#
    ),
    ("count= 5", #"argument "count" must be an integer (got " 5")"#),
    ("count=+5", #"argument "count" must be an integer (got "+5")"#),
    ("ratio=NaN", #"argument "ratio" must be a number (got "NaN")"#),
    ("flag=yes", #"argument "flag" must be true or false (got "yes")"#),
    ("flag=1", #"argument "flag" must be true or false (got "1")"#),
    ("maybe=x", #"argument "maybe" must be an integer or null (got "x")"#),
    ("level=x", #"argument "level" must be one of 1, 2 (got "x")"#),
    ("tags=5", #"argument "tags" must be an array (got "5")"#),
    (
      "tags=a,b",
      #"argument "tags" must be an array "#
        + #"(got "a,b", not JSON: line 1, column 1: expected a value, found 'a')"#
    ),
    (
      "lead:={a}",
      #"argument "lead" is not JSON: "#
        + "line 1, column 2: expected a key in double quotes, found 'a'"
    ),
    ("count:=", #"argument "count" is not JSON: line 1, column 1: empty, expected a JSON value"#),
    ("hello", #""hello" is not key=value"#),
    ("", #""" is not key=value"#),
    ("=5", #""=5" has no name before the "=""#),
    (":=5", #"":=5" has no name before the "=""#),
  ])
  func aWordThatCannotBeReadIsNamed(_ word: String, _ message: String) throws {
    #expect(try mistake(word).message == message)
  }

  @Test(arguments: [
    ("tags=a, b", #"give JSON, as in tags:='["a","b"]'"#),
    ("tags=one", #"give JSON, as in tags:='["one"]'"#),
    ("tags=['a']", #"give JSON, as in tags:='["a","b"]'"#),
    ("sizes=3,4", "give JSON, as in sizes:='[3,4]'"),
    ("sizes=x", "give JSON, as in sizes:='[1,2]'"),
    ("lead=a", #"give JSON, as in lead:='{"key":"value"}'"#),
    ("count=x", "give count=<integer>"),
    ("count:=x", #"after := comes JSON, as in count:='"text"'; plain text is count=text"#),
    ("content", "write content=<string>"),
    ("contnet", "write content=<value>"),
    ("zzzzz", "write arguments as key=value, such as content=<string>"),
    (#"{"content":"a"}"#, #"give JSON with --args, as in --args '{"content":"a"}'"#),
  ])
  func theHintShowsTheRightForm(_ word: String, _ hint: String) throws {
    let wayOut = "; pass arguments on unchecked with --no-validate"
    let said = try mistake(word).hint.map(HintWording.text)
    #expect(said == hint || said == hint + wayOut)
  }

  @Test func aKeyGivenTwiceIsAMistake() throws {
    #expect(
      try mistake("tags=[]", "content=a", "tags:=[]").message.contains("\"tags\" is given twice"))
  }

  @Test func wordsReplaceTheBaseAndKeepItsOrder() throws {
    let arguments = try read(
      "content=new", "count=1", base: ["extra": 1, "content": "old", "flag": true])
    #expect(arguments == ["extra": 1, "content": "new", "flag": true, "count": 1])
  }

  @Test func anyTextBeforeTheFirstEqualsIsTheKey() throws {
    #expect(try read("a.b c=1", "--x=2", "ключ=3").keys == ["a.b c", "--x", "ключ"])
  }

  @Test func wordsOfAnUndeclaredNameFollowAdditionalProperties() throws {
    let open = ArgumentSchema(parameters: ["additionalProperties": ["type": "integer"]])
    #expect(try ArgumentWords.read(["a=1"], base: [:], schema: open) == ["a": 1])
  }

  @Test func withoutASchemaWordsAreText() throws {
    let none = ArgumentSchema(parameters: nil)
    let arguments = try ArgumentWords.read(["a=1", "b:=1"], base: [:], schema: none)
    #expect(arguments == ["a": "1", "b": 1])
  }
}
