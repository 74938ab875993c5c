/// Templates merged into a tree, so that finding a route takes one walk along the path.
///
/// Where several templates fit, the most specific one comes first: segment by segment from the left, a literal before a
/// typed parameter, that before `{name}`, and that before `{name...}`.
struct RouteTrie<Value: Sendable>: Sendable {
  private struct Node: Sendable {
    /// Sorted, for binary search.
    var literals: [(text: [UInt8], node: Int)] = []
    /// In order of kind.
    var parameters: [(kind: RouteTemplate.Kind, node: Int)] = []
    var rest: Int?
    var value: Value?
  }

  private var nodes = [Node()]

  /// The value at the place of `template`, for reading and writing.
  subscript(template: RouteTemplate) -> Value? {
    mutating get { nodes[place(of: template)].value }
    set { nodes[place(of: template)].value = newValue }
  }

  private mutating func place(of template: RouteTemplate) -> Int {
    var current = 0
    for segment in template.segments {
      switch segment {
      case .literal(let text):
        let found = search(current, text[...])
        if found < nodes[current].literals.count, nodes[current].literals[found].text == text {
          current = nodes[current].literals[found].node
        } else {
          let child = addNode()
          nodes[current].literals.insert((text, child), at: found)
          current = child
        }
      case .parameter(let kind):
        if let known = nodes[current].parameters.first(where: { $0.kind == kind }) {
          current = known.node
        } else {
          let child = addNode()
          nodes[current].parameters.append((kind, child))
          nodes[current].parameters.sort { $0.kind < $1.kind }
          current = child
        }
      case .rest:
        let child = nodes[current].rest ?? addNode()
        nodes[current].rest = child
        current = child
      }
    }
    return current
  }

  private mutating func addNode() -> Int {
    nodes.append(Node())
    return nodes.count - 1
  }

  /// Where `text` is, or belongs, among the literals of a node.
  private func search(_ node: Int, _ text: ArraySlice<UInt8>) -> Int {
    var (low, high) = (0, nodes[node].literals.count)
    while low < high {
      let middle = (low + high) / 2
      if nodes[node].literals[middle].text.lexicographicallyPrecedes(text) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Calls `visit` with each value whose template fits `path`, the most specific first, until it returns true.
  ///
  /// Escapes are decoded after the path is split, once: `a%2Fb` is one segment.
  /// - Throws: ``MalformedPath`` if a parameter is not UTF-8.
  func search(
    _ path: ArraySlice<UInt8>, _ visit: (Value, [String]) -> Bool
  ) throws(MalformedPath) {
    guard path.first == Byte.slash else { return }
    var values: [String] = []
    _ = try walk(0, path.dropFirst(), &values, visit)
  }

  struct MalformedPath: Error {}

  private func walk(
    _ node: Int, _ path: ArraySlice<UInt8>, _ values: inout [String], _ visit: (Value, [String]) -> Bool
  ) throws(MalformedPath) -> Bool {
    let end = path.firstIndex(of: Byte.slash) ?? path.endIndex
    let raw = path[path.startIndex..<end]
    let segment = raw.contains(Byte.percent) ? PercentDecoding.decode(raw, plusIsSpace: false)[...] : raw
    let isLast = end == path.endIndex

    func descend(_ child: Int) throws(MalformedPath) -> Bool {
      if !isLast { return try walk(child, path[(end + 1)...], &values, visit) }
      return nodes[child].value.map { visit($0, values) } ?? false
    }

    let found = search(node, segment)
    if found < nodes[node].literals.count, nodes[node].literals[found].text.elementsEqual(segment),
      try descend(nodes[node].literals[found].node)
    {
      return true
    }
    for (kind, child) in nodes[node].parameters where kind.accepts(segment) {
      guard let text = PercentDecoding.segment(raw) else { throw MalformedPath() }
      values.append(text)
      if try descend(child) { return true }
      values.removeLast()
    }
    if let rest = nodes[node].rest, let value = nodes[rest].value {
      guard let text = PercentDecoding.segment(path) else { throw MalformedPath() }
      values.append(text)
      if visit(value, values) { return true }
      values.removeLast()
    }
    return false
  }
}
