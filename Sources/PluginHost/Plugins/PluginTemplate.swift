/// What `mneme plugin new` writes: a plugin that works, with a test, and what editors need.
public enum PluginTemplate {
  /// Names of files, from the plugin's folder, with their texts.
  public static func files(named name: String) -> [(file: String, text: String)] {
    [
      ("manifest.lua", manifest(name)), ("main.lua", main), ("README.md", readme(name)),
      ("test/\(name.replacing("-", with: "_"))_test.lua", test), (".luarc.json", editor),
      ("types/mneme.lua", HostReference.luaTypes),
    ]
  }

  private static func manifest(_ name: String) -> String {
    """
    return {
      name = "\(name)",
      version = "0.1.0",
      about = "Tags memories that mention a word.",
      -- What it may do. Whoever installs it grants each of these by name.
      capabilities = { "memory.write", "log" },
      -- When it is called. main.lua has a function for each.
      hooks = { "after_remember" },
      -- What whoever installs it can set.
      config = {
        word = { type = "string", about = "The word to look for.", default = "deploy" },
        tag = { type = "string", about = "The tag to add.", default = "deployment" },
      },
    }

    """
  }

  private static let main = """
    ---@type Plugin
    return {
      -- Called after each memory that is written. What it raises is logged, and it is called again later.
      after_remember = function(memory, event)
        local text = (memory.summary .. " " .. memory.content):lower()
        if not text:find(event.config.word:lower(), 1, true) then return end
        mneme.memory.add_tags(memory.id, { event.config.tag })
        mneme.log("tagged " .. memory.id)
      end,
    }

    """

  private static let test = """
    -- `mneme plugin test` calls each of these with an empty store. world and expect are explained in docs/plugins.md.
    return {
      tags_a_memory_that_mentions_the_word = function()
        world.install()
        local id = world.remember({ summary = "The deploy failed on Friday" })
        world.work()
        expect_equal(world.memory(id).tags, { "deployment" })
      end,

      leaves_others_alone = function()
        world.install({ config = { word = "release" } })
        local id = world.remember({ summary = "The deploy failed on Friday" })
        world.work()
        expect_equal(world.memory(id).tags, {})
      end,
    }

    """

  private static func readme(_ name: String) -> String {
    """
    # \(name)

    Tags memories that mention a word.

        mneme plugin install \(name) --grant memory.write --grant log --set word=release

    """
  }

  private static let editor = """
    {
      "runtime.version": "Lua 5.4",
      "workspace.library": ["types"],
      "diagnostics.globals": ["mneme", "world", "expect", "expect_equal", "hmac_sha256"]
    }

    """
}
