public import JSON
public import Operations

/// The catalogue as an OpenAPI 3.1 document.
public enum OpenAPI {
  /// The document that describes `operations`.
  public static func document(of operations: [AnyOperation]) -> JSONObject {
    var paths: JSONObject = [:]
    for operation in operations {
      var item = paths[operation.route.path]?.objectValue ?? [:]
      item[operation.route.method.rawValue.lowercased()] = .object(entry(for: operation))
      paths[operation.route.path] = .object(item)
    }
    paths["/health"] = ["get": .object(probe("health", "Whether the process lives.", codes: ["200"]))]
    paths["/ready"] = [
      "get": .object(probe("ready", "Whether everything that it depends on answers.", codes: ["200", "503"]))
    ]
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Mneme", "version": .string(Release.version),
        "description": "The memory of AI agents. Every operation here is also an MCP tool and a command.",
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
      "servers": [["url": "/"]],
      "security": [["bearer": []]],
      "paths": .object(paths),
      "components": [
        "securitySchemes": [
          "bearer": [
            "type": "http", "scheme": "bearer",
            "description":
              "An API key, `mn_live_…`. The first one is in the file owner.key of the data folder.",
          ]
        ],
        "schemas": ["Problem": .object(problem)],
      ],
    ]
  }

  private static func entry(for operation: AnyOperation) -> JSONObject {
    let route = operation.route
    let inPath = Set(route.parameters)
    let properties = operation.input["properties"]?.objectValue ?? [:]
    let required = Set((operation.input["required"]?.arrayValue ?? []).compactMap(\.stringValue))
    var parameters: [JSONValue] = []
    for (name, schema) in properties where inPath.contains(name) || !route.hasBody {
      parameters.append([
        "name": .string(name), "in": inPath.contains(name) ? "path" : "query",
        "required": .bool(inPath.contains(name) || required.contains(name)), "schema": schema,
      ])
    }
    var entry: JSONObject = [
      "operationId": .string(operation.name), "summary": .string(operation.title),
      "description": .string(operation.about),
    ]
    if !parameters.isEmpty { entry["parameters"] = .array(parameters) }
    if route.hasBody {
      entry["requestBody"] = [
        "required": .bool(!required.subtracting(inPath).isEmpty),
        "content": ["application/json": ["schema": .object(body(of: operation, without: inPath))]],
      ]
    }
    entry["responses"] = [
      "\(route.status)": [
        "description": "Done.", "content": ["application/json": ["schema": .object(operation.output)]],
      ],
      "default": [
        "description": "What was wrong, what is allowed, and what to do next.",
        "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
      ],
    ]
    return entry
  }

  private static func body(of operation: AnyOperation, without inPath: Set<String>) -> JSONObject {
    guard !inPath.isEmpty else { return operation.input }
    var schema = operation.input
    let properties = (schema["properties"]?.objectValue ?? [:]).filter { !inPath.contains($0.key) }
    schema["properties"] = .object(JSONObject(properties.map { ($0.key, $0.value) }))
    let required = (schema["required"]?.arrayValue ?? []).filter { !inPath.contains($0.stringValue ?? "") }
    schema["required"] = required.isEmpty ? nil : .array(required)
    return schema
  }

  private static func probe(_ name: String, _ about: String, codes: [String]) -> JSONObject {
    var responses: JSONObject = [:]
    for code in codes {
      responses[code] = [
        "description": code == "200" ? "Yes." : "No.",
        "content": ["application/json": ["schema": ["type": "object"]]],
      ]
    }
    return [
      "operationId": .string(name), "summary": .string(about), "security": [],
      "responses": .object(responses),
    ]
  }

  private static let problem: JSONObject = [
    "type": "object",
    "properties": [
      "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
      "detail": ["type": "string"],
      "error": ["type": "string", "description": "The stable name of the error."],
      "message": ["type": "string"], "request_id": ["type": "string"],
      "faults": [
        "type": "array",
        "items": [
          "type": "object",
          "properties": [
            "path": ["type": "string"], "message": ["type": "string"], "allowed": ["type": "string"],
          ],
        ],
      ],
    ],
    "required": ["type", "title", "status", "detail", "error", "message"],
  ]
}
