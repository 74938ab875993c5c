return {
  name = "auto-tagger",
  version = "1.0.0",
  about = "Adds the tags that a memory's neighbours share, and those of your own rules.",
  capabilities = { "memory.read", "memory.write" },
  hooks = { "after_remember" },
  config = {
    rules = {
      type = "list",
      about = "Rules “word=tag”: a memory that has the word gets the tag.",
      default = {},
    },
    neighbours = { type = "integer", about = "How many similar memories are asked for their tags.", default = 8 },
    votes = { type = "integer", about = "How many of them must share a tag; 0 switches this off.", default = 3 },
    score = { type = "number", about = "How similar a memory must be to count, 0 to 1.", default = 0.4 },
    most = { type = "integer", about = "The most tags that are added.", default = 3 },
  },
}
