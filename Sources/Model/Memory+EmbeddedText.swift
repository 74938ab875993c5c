extension Memory {
  /// The text that a memory's vector is made of: what searches match, with the content where that says more.
  public var embeddedText: String {
    var text = summary
    if let contextSummary { text += "\n" + contextSummary }
    if !content.hasSameBytes(as: summary) { text += "\n" + content }
    return text
  }
}
