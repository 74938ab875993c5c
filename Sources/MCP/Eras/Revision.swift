/// A revision of the protocol that is spoken here, in the order of their dates.
public enum Revision: String, Sendable, Hashable, CaseIterable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  /// Two protocols under one name: with `initialize` and sessions, or with all that matters in every request.
  public enum Era: Sendable, Hashable {
    case legacy, modern
  }

  public var era: Era { self < .july2026 ? .legacy : .modern }

  /// The revisions of an era, oldest first.
  public static func all(of era: Era) -> [Revision] { allCases.filter { $0.era == era } }

  /// What a handshake settles on: what the client proposes if it is known here, else the newest that has a handshake.
  static func negotiated(_ proposed: String) -> Revision {
    guard let revision = Revision(rawValue: proposed), revision.era == .legacy else { return .november2025 }
    return revision
  }

  public static func < (left: Revision, right: Revision) -> Bool { left.rawValue < right.rawValue }

  /// Whether several messages may come as one array.
  var hasBatches: Bool { self == .march2025 }
  /// Whether an error that answers nothing in particular carries `"id": null`; later revisions leave the key out.
  var hasNullIDs: Bool { self < .november2025 }
  /// Whether a tool may tell its hints.
  var hasAnnotations: Bool { self >= .march2025 }
  /// Whether arguments of prompts and templates can be completed by announcement.
  var hasCompletions: Bool { self >= .march2025 }
  /// Whether a server may put a question to the person.
  var hasElicitation: Bool { self >= .june2025 }
  /// Whether tools have titles, output schemas and structured results.
  var hasStructuredContent: Bool { self >= .june2025 }
}
