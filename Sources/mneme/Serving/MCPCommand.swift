import Engine
import Identity
import JSON
import MCP
import Operations
import Platform
import Threads

extension Command {
  static let mcp = Command(
    name: "mcp", about: "Serve MCP over standard input and output.",
    usage: """
        mneme mcp [--data DIR] [--profile core|full|admin] [--tools a,b]

      For clients that start their servers themselves. Works on the data folder directly, also beside a running server
      and other clients. The log goes to standard error.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings.union(["profile", "tools"]))
      guard flags.words.isEmpty else { throw UsageError("mcp takes flags only, not “\(flags.words[0])”.") }
      let configuration = try flags.configuration().configuration
      let log = Log(level: max(configuration.logLevel, .warning), format: configuration.logFormat)
      let opened = Lock<Deployment?>(nil)
      let jobs = Lock<[Task<Void, Never>]>([])
      let endpoint = Endpoint(server: .init(version: Release.version)) { error, tool in
        log.write(.error, "fault", ["tool": .string(tool), "cause": .string("\(error)")])
      }
      var settings = StdioServer.Settings()
      settings.listing = ToolListing(profile: flags["profile"], tools: flags["tools"])
      await StdioServer(endpoint, settings: settings) {
        let deployment = try await Deployment.open(configuration)
        opened.withLock { $0 = deployment }
        jobs.withLock { jobs in
          jobs.append(Task { await deployment.runTasks() })
          jobs.append(Task { await deployment.catchUpEmbedding(log: log) })
        }
        let key = environment["MNEME_API_KEY"] ?? deployment.folder.readOwnerKey()
        return (deployment.engine, try await deployment.engine.authenticate(bearer: key, door: .mcp))
      }.run()
      for job in jobs.withLock({ $0 }) {
        job.cancel()
        await job.value
      }
      await opened.withLock { $0 }?.close()
      return 0
    })
}
