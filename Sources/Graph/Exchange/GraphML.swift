public import Model

/// A graph in GraphML, which graph tools read.
public struct GraphML: Sendable {
  private var text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="summary" for="node" attr.name="summary" attr.type="string"/>
      <key id="type" for="edge" attr.name="type" attr.type="string"/>
      <key id="weight" for="edge" attr.name="weight" attr.type="double"/>
      <key id="confidence" for="edge" attr.name="confidence" attr.type="double"/>
      <key id="origin" for="edge" attr.name="origin" attr.type="string"/>
      <graph edgedefault="directed">

    """

  public init() {}

  public mutating func add(_ memory: MemoryID, summary: String) {
    text += "    <node id=\"\(memory)\"><data key=\"summary\">\(Self.escaped(summary))</data></node>\n"
  }

  public mutating func add(_ edge: Edge) {
    text += """
          <edge id="\(edge.id)" source="\(edge.source)" target="\(edge.target)">\
      <data key="type">\(Self.escaped(edge.type))</data><data key="weight">\(edge.weight)</data>\
      <data key="confidence">\(edge.confidence)</data><data key="origin">\(edge.origin.rawValue)</data></edge>

      """
  }

  /// The whole document.
  public var document: String { text + "  </graph>\n</graphml>\n" }

  /// XML has no way to write most control characters at all.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
