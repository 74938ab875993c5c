return {
  name = "duplicate-guard",
  version = "1.0.0",
  about = "Refuses or marks a memory that says what another one says already.",
  capabilities = { "memory.read" },
  hooks = { "before_remember" },
  config = {
    likeness = {
      type = "number",
      about = "How much of their words two summaries must share, 0 to 1, to count as the same.",
      default = 0.85,
    },
    mode = { type = "string", about = "refuse: the writer is told; tag: it is written with a tag.", default = "refuse" },
    tag = { type = "string", about = "The tag of a duplicate in the mode tag.", default = "duplicate" },
  },
}
