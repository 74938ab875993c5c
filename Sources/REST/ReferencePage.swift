internal import JSON
internal import Model
internal import Operations

/// The catalogue as a page for people, without a script or anything from elsewhere.
enum ReferencePage {
  static func html(of operations: [AnyOperation]) -> String {
    let index = operations.map {
      "<li><a href=\"#\($0.name)\"><code>\($0.name)</code></a> \(escaped($0.title))</li>"
    }
    return """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mneme: operations</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"><style>\(style)</style></head><body>
      <h1>Operations</h1>
      <p>Each is a REST route, an MCP tool and a command. Machine-readable: <a href="/openapi.json">openapi.json</a>.</p>
      <ul>\(index.joined())</ul>
      \(operations.map(section).joined(separator: "\n"))
      </body></html>
      """
  }

  private static func section(_ operation: AnyOperation) -> String {
    let rows = operation.arguments.map { argument in
      let fallback = argument.defaultValue.map { "default <code>\(escaped($0.text))</code>" } ?? "optional"
      return """
        <tr><td><code>\(argument.name)</code></td><td>\(argument.isRequired ? "required" : fallback)</td>\
        <td>\(escaped(argument.about)) <em>\(escaped(argument.allowed))</em></td></tr>
        """
    }
    return """
      <section id="\(operation.name)"><h2>\(escaped(operation.title))</h2>
      <p><code>\(operation.route.method.rawValue) \(operation.route.path)</code> · tool <code>\(operation.name)</code>
      · role \(operation.access.role.rawValue)</p><p>\(escaped(operation.about))</p>
      <table>\(rows.joined())</table><pre>\(escaped(operation.command.example))</pre></section>
      """
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  private static let style = """
    body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
    code,pre{font:0.9em ui-monospace,monospace;background:#f4f4f2}pre{padding:.6rem;overflow-x:auto}
    table{border-collapse:collapse;width:100%}td{border-top:1px solid #ddd;padding:.3rem .6rem .3rem 0;vertical-align:top}
    section{margin-top:2.5rem}em{color:#666;font-style:normal}
    @media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}code,pre{background:#262626}a{color:#9cf}}
    """
}
