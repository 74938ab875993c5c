/// The models that a server offers, of which each context has one.
///
/// A context keeps the ``ModelIdentity`` of what made its vectors, not a name: when the model behind a name changes, its
/// vectors are still known for what they are, and are not compared with new ones.
public struct EmbeddingModels: Sendable {
  /// A model, by the name that people choose it by.
  public struct Offer: Sendable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// In this process.
      case builtIn = "built_in"
      /// In this process, microseconds a text, and less good: for a first pass.
      case table = "static"
      /// At a provider, or on another machine.
      case remote
    }

    public let name: String
    public let kind: Kind
    public let embedder: any Embedder
    /// What keeps it from being used, as far as that can be told without asking it; nil when nothing does.
    public let problem: @Sendable () -> String?

    public var identity: ModelIdentity { embedder.model }

    public init(
      _ name: String, _ kind: Kind, _ embedder: any Embedder,
      problem: @escaping @Sendable () -> String? = { nil }
    ) {
      self.name = name
      self.kind = kind
      self.embedder = embedder
      self.problem = problem
    }
  }

  /// In the order in which they are listed.
  public let offers: [Offer]
  /// The one for contexts that were made without choosing; nil when memories are to be found by words only.
  public let standard: Offer?

  /// `standard` names one of `offers`. Of several offers with one name or one identity, the first counts.
  public init(_ offers: [Offer], standard: String?) {
    self.offers = offers
    self.standard = standard.flatMap { name in offers.first { $0.name == name } }
  }

  /// One model for everything; none at all without it.
  public init(_ embedder: (any Embedder)? = nil) {
    let offers = embedder.map { [Offer($0.model.name, .builtIn, $0)] } ?? []
    self.init(offers, standard: offers.first?.name)
  }

  /// The offer that a person means, by its name or by its identity.
  public func offer(named name: String) -> Offer? {
    offers.first { $0.name == name } ?? offers.first { $0.identity.description == name }
  }

  /// The built-in model that has taken the place of one which this program does not have any more: of the same name and the
  /// same arithmetic, in another version.
  public func successor(of identity: String) -> Offer? {
    guard offer(of: identity) == nil, let old = Self.parts(of: identity) else { return nil }
    return offers.first { offer in
      offer.kind != .remote && Self.parts(of: offer.identity.description).map { $0 == old } ?? false
    }
  }

  /// `all-MiniLM-L6-v2@2-int8/384` without the number that counts versions.
  private static func parts(of identity: String) -> [Substring]? {
    let parts = identity.split(separator: "@")
    guard parts.count == 2 else { return nil }
    return [parts[0], parts[1].drop { $0.isNumber }]
  }

  /// The offer that makes vectors which may be compared with those of `identity`, as contexts keep it; the standard one
  /// where they keep none.
  public func offer(of identity: String?) -> Offer? {
    guard let identity else { return standard }
    return offers.first { $0.identity.description == identity }
  }
}
