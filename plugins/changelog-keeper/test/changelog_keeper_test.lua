local function changelogs()
  local list = {}
  for _, memory in ipairs(world.memories()) do
    if memory.type == "changelog" then list[#list + 1] = memory end
  end
  return list
end

return {
  decisions_are_listed_by_month = function()
    world.install()
    local first = world.remember({ summary = "We use SQLite in the core", type = "decision" })
    world.work()
    local second = world.remember({ summary = "The login\nworks again", type = "bug-fix" })
    world.work()
    local logs = changelogs()
    expect_equal(#logs, 1)
    expect_equal(logs[1].content, "- 2026-01-01 decision: We use SQLite in the core (" .. first .. ")\n"
      .. "- 2026-01-01 bug-fix: The login works again (" .. second .. ")")
    world.advance(40 * 24 * 3600)
    world.remember({ summary = "We use Lua for policies", type = "decision" })
    world.work()
    expect_equal(#changelogs(), 2)
  end,

  other_types_and_its_own_writing_are_not = function()
    world.install({ config = { types = { "changelog", "decision" } } })
    world.remember({ summary = "Just a note about tea" })
    world.remember({ summary = "We use SQLite in the core", type = "decision" })
    world.work()
    world.work()
    local logs = changelogs()
    expect_equal(#logs, 1)
    expect(not logs[1].content:find("\n", 1, true), "it listed itself")
  end,

  each_context_has_its_own = function()
    world.install()
    world.context("other")
    world.remember({ summary = "We use SQLite in the core", type = "decision" })
    world.remember({ summary = "We paint the shed green", type = "decision", context = "other" })
    world.work()
    expect_equal(#changelogs(), 1)
    expect_equal(#world.memories("other"), 2)
  end,
}
