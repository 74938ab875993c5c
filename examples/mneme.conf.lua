-- A configuration file: mneme serve --config mneme.conf.lua
-- It runs in a sandbox, may read the environment with env("NAME"), and returns a table. Every setting has a default;
-- `mneme config show` lists them all, with their values and where those are from.

local home = env("HOME") or "/var/lib"

return {
  data = home .. "/.local/share/mneme",
  host = "127.0.0.1",
  port = 6636,

  -- Acknowledged writes survive the loss of power. "normal" is faster and survives the death of the process only.
  durability = "full",

  -- Behind a proxy, the address that clients use.
  public_url = env("MNEME_PUBLIC_URL"),

  -- A model elsewhere that a context may have beside the built-in one. Its key is sealed: mneme secret set openai
  -- embedding_models = {
  --   { provider = "openai", model = "text-embedding-3-small", dimensions = 1536, secret = "openai" },
  -- },

  log_level = "info",
}
