public import Engine
public import JSON
import Model
import Inference

/// Which models a context may have.
public enum ListEmbeddingModels: Operation {
  public static let name = "list_embedding_models"
  public static let title = "List embedding models"
  public static let about = """
    The models that a context may be searched by meaning with, which one is the standard, and what is wrong with one \
    that cannot be used. A name is what create_context and change_embedding_model take.
    """
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/system/embedding/models")
  public static let command = Command(example: "mneme list_embedding_models")

  public struct Input: Sendable {}

  public static let input = Schema.record(Input()) {}

  public struct Output: Sendable {
    var models: [Item] = []
    var standard: String?
  }

  struct Item: Sendable {
    var name = ""
    var kind = EmbeddingModels.Offer.Kind.builtIn
    var identity = ""
    var dimensions = 0
    var isStandard = false
    var isAvailable = true
    var problem: String?

    static let schema = Schema.record(Item()) {
      Field("name", \.name, .string(), "")
      Field("kind", \.kind, .enumeration(), "static: microseconds a text and less good, for a first pass.")
      Field("identity", \.identity, .string(), "What its vectors are labelled with.")
      Field("dimensions", \.dimensions, .integer(), "")
      Field("is_standard", \.isStandard, .bool, "")
      Field("is_available", \.isAvailable, .bool, "")
      Field("problem", \.problem, .string(), "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("models", \.models, .array(of: Item.schema), "")
    Field("standard", \.standard, .string(), "For contexts that do not choose; absent: found by words only.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let models = call.engine.offeredModels
    let items = models.offers.map { offer in
      let problem = call.engine.problem(of: offer)
      return Item(
        name: offer.name, kind: offer.kind, identity: offer.identity.description,
        dimensions: offer.identity.dimensions, isStandard: offer.name == models.standard?.name,
        isAvailable: problem == nil, problem: problem)
    }
    return Output(models: items, standard: models.standard?.name)
  }
}
