return {
  name = "changelog-keeper",
  version = "1.0.0",
  about = "Keeps a memory for each month that lists its decisions, features and fixes.",
  capabilities = { "memory.read", "memory.write", "state" },
  hooks = { "after_remember" },
  config = {
    types = {
      type = "list",
      about = "The types of memories that are listed.",
      default = { "decision", "feature", "bug-fix" },
    },
    most = { type = "integer", about = "The most lines of a month.", default = 500 },
  },
}
