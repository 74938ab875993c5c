import Glibc
import HTTPServer
import Platform

extension Command {
  static let serve = Command(
    name: "serve", about: "Run the server, with REST and MCP.",
    usage: """
        mneme serve [--data DIR] [--host 127.0.0.1] [--port 6636] [--config FILE]

      Any setting of `mneme config show` is a flag: --tls-cert FILE --tls-key FILE --socket PATH --durability normal.
      The first line on standard output is the URL, once it listens; the log goes to standard error.
      SIGTERM stops it after open requests were answered; SIGHUP reads the certificate again.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings)
      guard flags.words.isEmpty else { throw UsageError("serve takes flags only, not “\(flags.words[0])”.") }
      let configuration = try flags.configuration().configuration
      let log = Log(level: configuration.logLevel, format: configuration.logFormat)
      let signals = Signals.stream()
      let deployment = try await Deployment.open(configuration)
      let serving: Serving
      do { serving = try Serving.start(deployment, log: log) } catch {
        await deployment.close()
        throw error
      }
      Console.write(serving.url + "\n")
      Console.write(Welcome.text(serving, deployment))
      for await signal in signals {
        if signal == SIGHUP {
          serving.reloadCertificate()
          continue
        }
        await serving.stop()
        return 0
      }
      return 0
    })
}

/// What a person sees when the server has started.
enum Welcome {
  /// The program, wherever it is started from.
  private static var program: String {
    var path = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    return count > 0
      ? String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : "mneme"
  }

  static func text(_ serving: Serving, _ deployment: Deployment) -> String {
    let url = serving.url
    let key = deployment.folder.ownerKey
    return """

      Mneme is listening.
        REST        \(url)/docs          (OpenAPI: \(url)/openapi.json)
        MCP         \(url)/mcp
        Data        \(deployment.folder.path)
        Your key    \(key)

      Claude Code   claude mcp add --transport http mneme \(url)/mcp --header "Authorization: Bearer $(cat \(key))"
      Cursor        {"mcpServers":{"mneme":{"url":"\(url)/mcp","headers":{"Authorization":"Bearer …"}}}}
      stdio         claude mcp add mneme -- \(program) mcp --data \(deployment.folder.path)

      """
  }
}
