import Glibc
import Inference
import Testing

@Suite struct ModelFileTests {
  private func write(_ bytes: [UInt8]) throws -> String {
    let path = try TestModel.temporaryFolder() + "/file"
    let file = try #require(fopen(path, "wb"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return path
  }

  private func error(_ body: () throws -> Void) -> ModelError? {
    do { try body() } catch { return error as? ModelError }
    return nil
  }

  @Test func `a missing model is missing, and the message says what to do`() {
    let store = ModelStore(directory: "/nonexistent")
    #expect(error { _ = try MiniLM.open(packed: store.encoderPath) } == .missing(path: store.encoderPath))
    #expect(ModelError.missing(path: "x").description.contains("mneme model pull"))
    #expect(store.list().allSatisfy { $0.bytes == nil && $0.problem != nil })
  }

  @Test func `weights other than the published ones are refused`() throws {
    let folder = try TestModel.temporaryFolder()
    for name in ["model.safetensors", "vocab.txt"] {
      let file = try #require(fopen("\(folder)/\(name)", "wb"))
      fputs("something else", file)
      fclose(file)
    }
    defer { for name in ["model.safetensors", "vocab.txt"] { unlink("\(folder)/\(name)") } }
    let store = ModelStore(directory: try TestModel.temporaryFolder())
    guard case .damaged(_, let reason) = error({ try store.pack(from: folder) }) else {
      Issue.record("the weights were accepted")
      return
    }
    #expect(reason.contains("SHA-256"))
  }

  @Test func `a packed file that was touched is found out`() throws {
    let path = try TestModel.store().encoderPath
    let whole = try StableBytes(path: path)
    var header = Array(whole.bytes[..<4096])
    header[200] ^= 1
    let damagedPath = try write(header)
    defer { unlink(damagedPath) }
    guard case .damaged = error({ _ = try MiniLM.open(packed: damagedPath) }) else {
      Issue.record("a changed header was accepted")
      return
    }
    header[200] ^= 1
    let shortPath = try write(header)
    defer { unlink(shortPath) }
    guard case .damaged(_, let reason) = error({ _ = try MiniLM.open(packed: shortPath) }) else {
      Issue.record("a truncated file was accepted")
      return
    }
    #expect(reason.contains("not as long"))
    header[8] ^= 0xff
    let oldPath = try write(header)
    defer { unlink(oldPath) }
    #expect(error { _ = try MiniLM.open(packed: oldPath) } == .outdated(path: oldPath))
  }

  @Test func `an installed model is listed and its checksums are right`() throws {
    let store = try TestModel.store()
    try store.verify()
    let entry = try #require(store.list().first)
    #expect(entry.problem == nil && entry.bytes ?? 0 > 50_000_000)
    #expect(
      entry.identities.map(\.description) == ["all-MiniLM-L6-v2@2-int8/384", "all-MiniLM-L6-v2@1-exact/384"])
  }

  @Test func `headers of tensors that lie are refused`() throws {
    func file(_ header: String, _ numbers: Int) -> [UInt8] {
      var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      bytes += Array(header.utf8) + [UInt8](repeating: 0, count: numbers)
      return bytes
    }
    let good = #"{"__metadata__": {"format":"pt"}, "w":{"dtype":"F32","shape":[2, 1],"data_offsets":[0,8]}}"#
    let goodPath = try write(file(good, 8))
    defer { unlink(goodPath) }
    let tensors = try SafeTensors(path: goodPath)
    #expect(try tensors.floats("w", shape: [2, 1]) == [0, 0])
    #expect(error { _ = try tensors.floats("w", shape: [1, 2]) } != nil)
    #expect(error { _ = try tensors.floats("v", shape: [2, 1]) } != nil)
    for bad in [
      file(good, 7), file("{", 0), file(#"{"w":{"data_offsets":[8,0]}}"#, 8), file("[]", 8), [1, 2, 3],
      [255, 255, 255, 255, 255, 255, 255, 255], file(#"{"w":{"data_offsets":[99999999999999999999,0]}}"#, 8),
    ] {
      let path = try write(bad)
      defer { unlink(path) }
      #expect(error { _ = try SafeTensors(path: path) } != nil)
    }
  }
}
