/// Names a connection from outside its loop. A descriptor is used again after it is closed; its generation is not, so
/// that a late answer never reaches the wrong client.
struct ConnectionID: Hashable, Sendable {
  let descriptor: Int32
  let generation: UInt32

  init(descriptor: Int32, generation: UInt32) {
    self.descriptor = descriptor
    self.generation = generation
  }

  init(bits: UInt64) {
    self.init(descriptor: Int32(truncatingIfNeeded: bits), generation: UInt32(truncatingIfNeeded: bits >> 32))
  }

  var bits: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
}

/// Names one request and its response on a connection.
struct ExchangeID: Hashable, Sendable {
  let connection: ConnectionID
  let number: UInt32
}
