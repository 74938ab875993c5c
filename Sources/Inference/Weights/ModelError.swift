/// What is wrong with a model's files.
public enum ModelError: Error, Sendable, Hashable {
  /// No such file.
  case missing(path: String)
  /// The file is there, but its contents are not what they must be.
  case damaged(path: String, reason: String)
  /// The file was made by another version of this program, and must be made again from the original weights.
  case outdated(path: String)
  /// The operating system refused to read or write.
  case inaccessible(path: String, reason: String)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such file; fetch the model with `mneme model pull`"
    case .damaged(let path, let reason):
      "\(path): damaged (\(reason)); fetch the model again with `mneme model pull`"
    case .outdated(let path):
      "\(path): made by another version of this program; make it again with `mneme model pull`"
    case .inaccessible(let path, let reason): "\(path): \(reason)"
    }
  }
}
