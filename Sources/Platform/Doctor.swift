internal import Engine
internal import Glibc
internal import Identity
internal import Storage

/// Looks whether a deployment is healthy.
public enum Doctor {
  public struct Finding: Sendable {
    public let isGood: Bool
    public let text: String
  }

  /// All that was looked at, good and bad.
  public static func examine(_ deployment: Deployment) async throws -> [Finding] {
    var findings: [Finding] = []
    let storage = try await deployment.store.findings()
    findings.append(
      Finding(isGood: storage.isEmpty, text: "the store \(storage.isEmpty ? "is sound" : "is damaged")"))
    findings += storage.map { Finding(isGood: false, text: "\($0.what). \($0.remedy)") }
    findings.append(await ownerKey(in: deployment))
    findings += privacy(of: deployment.folder)
    findings.append(room(in: deployment.folder))
    return findings
  }

  private static func ownerKey(in deployment: Deployment) async -> Finding {
    let path = deployment.folder.ownerKey
    guard let key = deployment.folder.readOwnerKey() else {
      return Finding(isGood: false, text: "\(path) is missing. `mneme owner-key --renew` makes a new key.")
    }
    do {
      _ = try await deployment.engine.authenticate(bearer: key, door: .cli)
      return Finding(isGood: true, text: "the owner's key in \(path) is valid")
    } catch {
      return Finding(
        isGood: false, text: "\(path): \(error.message) `mneme owner-key --renew` makes a new key.")
    }
  }

  private static func privacy(of folder: DataFolder) -> [Finding] {
    [folder.path, folder.database, folder.ownerKey].compactMap { path in
      var info = stat()
      guard stat(path, &info) == 0, info.st_mode & 0o077 != 0 else { return nil }
      return Finding(isGood: false, text: "others on this machine can read \(path). chmod go= \(path)")
    }
  }

  private static func room(in folder: DataFolder) -> Finding {
    var info = statvfs()
    guard statvfs(folder.path, &info) == 0 else {
      return Finding(isGood: false, text: "cannot tell how much room \(folder.path) has")
    }
    let free = (UInt64(info.f_bavail) * UInt64(info.f_frsize)) >> 20
    return Finding(isGood: free >= 256, text: "\(free) MiB free for \(folder.path)")
  }
}
