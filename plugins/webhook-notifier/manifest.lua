return {
  name = "webhook-notifier",
  version = "1.0.0",
  about = "Tells a web server of new memories, in signed requests that are repeated until they arrive.",
  -- The host is chosen by whoever installs it: --grant http.fetch:hooks.example.org
  capabilities = { "http.fetch" },
  hooks = { "after_remember" },
  config = {
    url = { type = "string", about = "Where to send them.", required = true },
    secret = { type = "string", about = "What requests are signed with; at least 16 characters.", required = true, secret = true },
    types = { type = "list", about = "Only memories of these types; all, if empty.", default = {} },
    tags = { type = "list", about = "Only memories with one of these tags; all, if empty.", default = {} },
    content = { type = "boolean", about = "Whether the content is sent, too.", default = false },
  },
}
