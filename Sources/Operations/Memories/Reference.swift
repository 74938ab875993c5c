public import Engine
public import JSON

/// Opens one memory.
public enum Reference: Operation {
  public static let name = "reference"
  public static let title = "Open a memory"
  public static let about = """
    One memory in full: content, details, provenance and links. Use it on an id from recall when the summary is not \
    enough.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/memory/reference/{memory_id}")
  public static let command = Command(
    "memory_id", example: "mneme reference 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f")

  public struct Input: Sendable {
    var memory = ""
    var context = ""
  }

  public static let input = Schema.record(Input()) {
    Field("memory_id", \.memory, .memory, Words.memory)
    Field("context_id", \.context, .context, Words.context)
  }

  public struct Output: Sendable {
    var memory = MemoryView()
  }

  public static let output = Schema.record(Output()) {
    Field("memory", \.memory, MemoryView.schema, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    return Output(memory: MemoryView(try await call.engine.reference(input.memory, in: access)))
  }
}
