return {
  name = "language-detector",
  version = "1.0.0",
  about = "Tags each memory with its language, such as lang:de.",
  capabilities = {},
  hooks = { "before_remember" },
  config = {
    prefix = { type = "string", about = "What stands before the language in the tag.", default = "lang:" },
    skip = { type = "list", about = "Languages that get no tag, such as en.", default = {} },
  },
}
