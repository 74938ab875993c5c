/// What a client asks for in its address, or on its command line.
public struct Offer: Sendable, Hashable {
  /// Which tools it is shown.
  public var listing = ToolListing.core
  /// The context that it works in, by id or by name: what is meant where no other is named.
  public var context: String?

  public init(listing: ToolListing = .core, context: String? = nil) {
    self.listing = listing
    self.context = context
  }
}
