extension Schema {
  /// While a context changes its model, the vectors of the next one are made beside those in use; afterwards those of the
  /// previous one stay, so that one can go back.
  static let modelsOfContexts = """
    ALTER TABLE context ADD COLUMN next_model TEXT;
    ALTER TABLE context ADD COLUMN previous_model TEXT;
    """
}
