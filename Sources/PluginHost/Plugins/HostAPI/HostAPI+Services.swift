internal import Engine
internal import Identity
internal import Inference
internal import JSON
internal import LuaRuntime
internal import Model
internal import WebClient

extension HostAPI {
  static let state: [HostDeclaration] = [
    HostDeclaration(
      "mneme.state.get", .state, [.init("key", "string", "Its name.")], returns: "any",
      "What the plugin kept under a key; nil when there is nothing or its time is over.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let key = arguments[0].stringValue ?? ""
          return try await run.engine.pluginState(key, in: run.plugin.name, as: run.caller)?.value ?? .null
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.state.set", .state,
      [
        .init("key", "string", "Its name, of at most 255 bytes."),
        .init("value", "any", "Plain data, of at most 64 KB as JSON."),
        .init("seconds", "integer?", "For how long; for good without it."),
      ], "Keeps a value for later runs. A plugin keeps at most 1,000 of them in a workspace.",
      .waits { (run, arguments) async throws(HostError) in
        let key = arguments[0].stringValue ?? ""
        guard (1...255).contains(key.utf8.count) else { throw HostError("a key has 1 to 255 bytes") }
        guard arguments[1].bytes.count <= 65_536 else { throw HostError("a value takes at most 64 KB") }
        let seconds = arguments[2].intValue
        if let seconds, !(1...315_360_000).contains(seconds) {
          throw HostError("seconds is 1 to 315,360,000")
        }
        do throws(EngineError) {
          try await run.engine.setPluginState(
            key, to: arguments[1], for: seconds.map { .seconds($0) }, limit: 1_000, in: run.plugin.name,
            as: run.caller)
          return .null
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.state.remove", .state, [.init("key", "string", "Its name.")], returns: "boolean",
      "Removes a value. Returns whether there was one.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let key = arguments[0].stringValue ?? ""
          return .bool(try await run.engine.removePluginState(key, in: run.plugin.name, as: run.caller))
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.state.list", .state, [.init("prefix", "string?", "How the keys begin.")],
      returns: "table<string, any>", "The first 100 values whose keys begin so, by key.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let entries = try await run.engine.pluginStates(
            prefix: arguments[0].stringValue ?? "", limit: 100, in: run.plugin.name, as: run.caller)
          return .object(JSONObject(entries.map { ($0.key, $0.value) }))
        } catch { throw HostError(error) }
      }),
  ]

  static let web: [HostDeclaration] = [
    HostDeclaration(
      "mneme.http.fetch", .httpFetch(host: nil), in: HostDeclaration.unhurried,
      [.init("request", "WebRequest", "What to ask.")], returns: "WebAnswer",
      "Asks a web server whose host was granted (`http.fetch:HOST`). It must have a public address unless whoever runs Mneme allows otherwise; redirects are answers like any other; an answer has at most 512 KB and comes within 10 seconds. Raises an error when there is no answer.",
      .waits { (run, arguments) async throws(HostError) in
        let request = try WebCall.request(arguments[0].objectValue ?? [:], of: run)
        do throws(WebError) {
          return WebCall.value(of: try await run.services.fetch(request))
        } catch { throw HostError(error.description) }
      })
  ]

  static let model: [HostDeclaration] = [
    HostDeclaration(
      "mneme.model.judge", .modelJudge, in: HostDeclaration.unhurried,
      [.init("prompt", "string", "What to answer."), .init("options", "JudgeOptions?", "How.")],
      returns: "string",
      "Asks the language model that whoever runs Mneme has set up. A plugin may ask 60 times an hour in a workspace. Raises an error when there is no model, or no answer.",
      .waits { (run, arguments) async throws(HostError) in
        guard let judge = run.services.judge else {
          throw HostError("no language model is set up: the setting judge of the configuration")
        }
        let prompt = arguments[0].stringValue ?? ""
        guard prompt.utf8.count <= 50_000 else { throw HostError("a prompt has at most 50,000 bytes") }
        try await JudgeBudget.spend(in: run)
        let options = arguments[1].objectValue ?? [:]
        let question = JudgeQuestion(
          instructions: options["instructions"]?.stringValue ?? "", prompt: prompt,
          tokens: min(max(options["tokens"]?.intValue ?? 500, 1), 2_000))
        do throws(InferenceError) { return .string(try await judge.answer(question)) } catch {
          throw HostError("the language model did not answer: \(reason(of: error))")
        }
      })
  ]

  static let schedule: [HostDeclaration] = [
    HostDeclaration(
      "mneme.schedule.later", .schedule, in: HostDeclaration.unhurried,
      [
        .init("key", "string", "Names it within this run, so that a later attempt does not repeat it."),
        .init("seconds", "integer", "How much later; at most 30 days."),
        .init("payload", "any?", "What on_schedule is given as `payload`."),
      ], "Lets the hook on_schedule run once, later.",
      .waits { (run, arguments) async throws(HostError) in
        guard run.plugin.manifest.hooks.contains(.onSchedule) else {
          throw HostError("the plugin has no hook on_schedule")
        }
        let seconds = arguments[1].intValue ?? 0
        guard (0...2_592_000).contains(seconds) else { throw HostError("seconds is 0 to 2,592,000") }
        guard arguments[2].bytes.count <= 65_536 else { throw HostError("a payload takes at most 64 KB") }
        let work = PluginWork(
          plugin: run.plugin.name, hook: .onSchedule, context: run.context?.id.description,
          subject: arguments[2], chain: run.caller.plugins)
        let key = "\(run.plugin.name)|later|\(run.id)|\((arguments[0].stringValue ?? "").prefix(100))"
        do throws(EngineError) {
          try await run.engine.enqueue([
            run.engine.task(
              PluginWork.kind, key: key, payload: work.payload, for: run.plugin.installer,
              in: run.plugin.workspace, after: .seconds(seconds))
          ])
          return .null
        } catch { throw HostError(error) }
      })
  ]

  static let logging: [HostDeclaration] = [
    HostDeclaration(
      "mneme.log", .log,
      [
        .init("text", "string", "A line of at most 2,000 characters."),
        .init("level", "string?", "info (without it), warning or error."),
      ], "Writes a line into the plugin's log, which keeps the last 500: `mneme plugin logs`.",
      .computes { (run, arguments) throws(HostError) in
        guard let level = PluginLogLine.Level(rawValue: arguments[1].stringValue ?? "info") else {
          throw HostError("a level is info, warning or error")
        }
        run.log(level, arguments[0].stringValue ?? "")
        return .null
      })
  ]

  private static func reason(of error: InferenceError) -> String {
    switch error {
    case .unavailable(let text), .unauthorised(let text), .refused(let text), .malformedAnswer(let text): text
    case .overloaded: "it asks for fewer questions"
    case .cancelled: "the time for it is over"
    }
  }

  static let judgeOptions = HostTable(
    name: "JudgeOptions", about: "How a language model is asked.",
    fields: [
      .init("instructions", "string?", "What it is, and how it should answer."),
      .init("tokens", "integer?", "The longest answer; 500 without it, at most 2,000."),
    ])

  static let webRequest = HostTable(
    name: "WebRequest", about: "What to ask a web server.",
    fields: [
      .init("url", "string", "With http:// or https://."),
      .init("method", "string?", "GET without it; also POST, PUT, PATCH, DELETE and HEAD."),
      .init("headers", "table<string, string>?", "Header fields."),
      .init("body", "string?", "At most 256 KB."),
    ])

  static let webAnswer = HostTable(
    name: "WebAnswer", about: "What a web server answered.",
    fields: [
      .init("status", "integer", "The HTTP status."),
      .init("headers", "table<string, string>", "Header fields, their names in lower case."),
      .init("body", "string", "As UTF-8; bytes that are none are replaced."),
    ])
}

/// A plugin's request to a web server.
private enum WebCall {
  static func request(_ given: JSONObject, of run: PluginRun) throws(HostError) -> WebRequest {
    let method = (given["method"]?.stringValue ?? "GET").uppercased()
    guard ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].contains(method) else {
      throw HostError("the method is one of GET, POST, PUT, PATCH, DELETE, HEAD")
    }
    var request = WebRequest(method, given["url"]?.stringValue ?? "")
    guard request.url.utf8.count <= 2_048, let server = request.server else {
      throw HostError("the url begins with http:// or https:// and names a host, in at most 2,048 bytes")
    }
    let isStandard = server.port == (request.url.lowercased().hasPrefix("https:") ? 443 : 80)
    let isGranted = run.plugin.granted.contains { granted in
      guard case .httpFetch(let host?) = granted else { return false }
      return host == "\(server.host):\(server.port)" || isStandard && host == server.host
    }
    guard isGranted else {
      let host = isStandard ? server.host : "\(server.host):\(server.port)"
      throw HostError("the plugin may not ask \(host): grant it http.fetch:\(host)")
    }
    for (name, value) in given["headers"]?.asObject.objectValue ?? [:] {
      let forbidden = ["host", "connection", "content-length", "transfer-encoding", "upgrade", "expect"]
      guard !forbidden.contains(name.lowercased()), !name.lowercased().hasPrefix("proxy-") else {
        throw HostError("the header \(name) is the host's business")
      }
      guard let value = value.stringValue else { throw HostError("the header \(name) must be a string") }
      request.headers.append((name, value))
    }
    request.headers.append(("User-Agent", "mneme-plugin/\(run.plugin.name)"))
    if let body = given["body"]?.stringValue {
      guard body.utf8.count <= 262_144 else { throw HostError("a body has at most 256 KB") }
      request.body = Array(body.utf8)
    }
    request.timeout = min(.seconds(10), max(.milliseconds(1), run.deadline - .now))
    request.responseLimit = 512 << 10
    return request
  }

  static func value(of response: WebResponse) -> JSONValue {
    var headers: JSONObject = [:]
    for (name, value) in response.headers.fields { headers[name.lowercased()] = .string(value) }
    return [
      "status": .integer(Int64(response.status)), "headers": .object(headers),
      "body": .string(String(decoding: response.body, as: UTF8.self)),
    ]
  }
}

/// How often a plugin may ask a language model.
private enum JudgeBudget {
  static let callsPerHour = 60

  /// Counts one more question. Throws when the hour's are used up.
  static func spend(in run: PluginRun) async throws(HostError) {
    let hour = run.engine.now.microseconds / 3_600_000_000
    // Plugins' own names have no such sign in them.
    let namespace = run.plugin.name + "#judge"
    do throws(EngineError) {
      let spent =
        try await run.engine.pluginState("\(hour)", in: namespace, as: run.caller)?.value.intValue ?? 0
      guard spent < callsPerHour else {
        throw EngineError.unavailable("the \(callsPerHour) questions of this hour are used up")
      }
      try await run.engine.setPluginState(
        "\(hour)", to: .integer(Int64(spent + 1)), for: .seconds(7_200), limit: 10, in: namespace,
        as: run.caller)
    } catch { throw HostError(error) }
  }
}
