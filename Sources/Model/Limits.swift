/// The sizes that clients may count on, stated once.
public enum Limits {
  public static let summaryLength = 10...500
  public static let contextSummaryLength = 1...2_000
  public static let contentLength = 1...1_000_000
  public static let detailsBytes = 100_000
  public static let typeLength = 1...50
  public static let tagCount = 0...64
  public static let tagLength = 1...100
  public static let sourceURILength = 1...2_048
  public static let queryLength = 1...1_024
  public static let resultCount: ClosedRange<Int64> = 1...100
  public static let linkCount = 0...100
  public static let contextNameLength = 1...64
  public static let stateKeyLength = 1...255
  public static let stateValueBytes = 100_000
  public static let stateLifetimeSeconds: ClosedRange<Int64> = 1...2_592_000
  public static let jsonDepth = 64
  /// How long what was forgotten can be brought back.
  public static let forgottenRetention: Duration = .days(30)
}
