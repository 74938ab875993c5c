return {
  name = "link-extractor",
  version = "1.0.0",
  about = "Links a memory to those whose id or address its text mentions.",
  capabilities = { "memory.read", "graph.write" },
  hooks = { "after_remember" },
  config = {
    type = { type = "string", about = "What the links say.", default = "references" },
    most = { type = "integer", about = "The most links that one memory gets.", default = 20 },
  },
}
