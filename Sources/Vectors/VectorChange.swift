/// One step of a write.
public enum VectorChange: Sendable {
  /// From now on this is the vector of `id`, whether it had one or not. Vectors should have unit length, so that a
  /// score is a cosine.
  case upsert(VectorID, [Float])
  /// From now on `id` has no vector. It need not have had one.
  case delete(VectorID)
}
