/// Why an index cannot be read or written. In every case the remedy is the same: rebuild it from the rows, after making
/// room if that was missing.
public enum KeywordIndexError: Error, Sendable, Hashable {
  /// There is no index in the folder.
  case absent
  /// A file is not what was written.
  case damaged(file: String, reason: String)
  /// The index was made with other settings or by another version.
  case incompatible(file: String)
  /// The system refused: what was tried, and its words.
  case system(String)
}

extension KeywordIndexError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .absent: "there is no keyword index"
    case .damaged(let file, let reason): "the keyword index is damaged: \(file): \(reason)"
    case .incompatible(let file): "the keyword index was made with other settings: \(file)"
    case .system(let what): "the keyword index cannot be used: \(what)"
    }
  }
}
