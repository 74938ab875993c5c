public import JSON

extension Memory {
  /// The memory as its history keeps it: every field but how often and when it was used, which is no change.
  /// Fields that are nil are left out.
  public var snapshot: JSONObject {
    var snapshot: JSONObject = [
      "id": .string(id.description),
      "context_id": .string(context.description),
      "revision": .integer(revision),
      "summary": .string(summary),
      "content": .string(content),
      "details": .object(details),
      "type": .string(type),
      "importance": .double(importance),
      "tags": .array(tags.map { .string($0) }),
      "metadata": .object(metadata),
      "persistence": .string(persistence.rawValue),
      "delivery": .string(delivery.rawValue),
      "author": .string(provenance.author.description),
      "door": .string(provenance.door),
      "trust": .string(provenance.trust.rawValue),
      "created_at": .string(createdAt.iso8601),
      "updated_at": .string(updatedAt.iso8601),
    ]
    snapshot["context_summary"] = contextSummary.map { .string($0) }
    snapshot["source_uri"] = sourceURI.map { .string($0) }
    snapshot["source_type"] = sourceType.map { .string($0) }
    snapshot["external_id"] = externalID.map { .string($0) }
    snapshot["client"] = provenance.client.map { .string($0) }
    snapshot["deleted_at"] = deletedAt.map { .string($0.iso8601) }
    return snapshot
  }
}
