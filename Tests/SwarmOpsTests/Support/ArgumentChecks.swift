import SwarmOps
import Testing

/// A schema as a test writes it.
func argumentSchema(_ text: String) -> ArgumentSchema {
  ArgumentSchema(json: text)
}

/// A schema with the one argument `x`.
func argumentSchema(x: String, outside: String = "") -> ArgumentSchema {
  argumentSchema("{\"type\": \"object\", \"properties\": {\"x\": \(x)}\(outside)}")
}

/// What is wrong with arguments by a schema; they must pass unchanged where nothing is.
func mistake(_ schema: ArgumentSchema, _ arguments: String) throws -> SwarmError? {
  let object = try #require(try JSONValue.parse(arguments).object)
  do {
    let passed = try schema.check(object)
    #expect(passed.arguments == object)
    return nil
  } catch {
    #expect(error.code == .badArgument)
    return error
  }
}

/// What a check of arguments warns of.
func warnings(_ schema: ArgumentSchema, _ arguments: String) throws -> [String] {
  try schema.check(try #require(try JSONValue.parse(arguments).object)).warnings
}
