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
        mneme mcp [--data DIR] [--context NAME] [--profile core|full|admin] [--tools a,b]

      For clients that start their servers themselves. Works on the data folder directly, also beside a running server
      and other clients. The log goes to standard error. With --context, tools work in that context when they are
      given no other, and its guide is among the instructions.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings.union(["profile", "tools", "context"]))
      guard flags.words.isEmpty else { throw UsageError("mcp takes flags only, not “\(flags.words[0])”.") }
      let configuration = try flags.configuration().configuration
      let log = Log(level: max(configuration.logLevel, .warning), format: configuration.logFormat)
      let opened = Lock<Deployment?>(nil)
      let jobs = Lock<[Task<Void, Never>]>([])
      let endpoint = Endpoint(server: .init(version: Release.version)) { error, what in
        log.write(.error, "fault", ["what": .string(what), "cause": .string("\(error)")])
      }
      var settings = StdioServer.Settings()
      settings.offer = Offer(
        listing: ToolListing(profile: flags["profile"], tools: flags["tools"]), context: flags["context"])
      await StdioServer(endpoint, settings: settings) {
        let deployment = try await Deployment.open(configuration)
        opened.withLock { $0 = deployment }
        jobs.withLock { jobs in
          jobs.append(Task { await deployment.runTasks() })
          jobs.append(Task { await deployment.catchUpEmbedding(log: log) })
        }
        return (deployment.engine, environment["MNEME_API_KEY"] ?? deployment.folder.readOwnerKey())
      }.run()
      for job in jobs.withLock({ $0 }) {
        job.cancel()
        await job.value
      }
      await opened.withLock { $0 }?.close()
      return 0
    })
}
