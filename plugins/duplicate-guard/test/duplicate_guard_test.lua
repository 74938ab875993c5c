return {
  the_same_sentence_is_refused = function()
    world.install()
    local id = world.remember({ summary = "The staging server is called Artemis" })
    local ok, why = pcall(world.remember, { summary = "the staging server is called ARTEMIS." })
    expect(not ok, "it was written twice")
    expect(why:find(id, 1, true), "the reason names the first one: " .. why)
    expect_equal(#world.memories(), 1)
  end,

  what_differs_in_a_name_is_not_the_same = function()
    world.install()
    world.remember({ summary = "The staging server is called Artemis" })
    world.remember({ summary = "The staging server is called Borealis" })
    expect_equal(#world.memories(), 2)
  end,

  another_type_is_another_thing = function()
    world.install()
    world.remember({ summary = "The staging server is called Artemis" })
    world.remember({ summary = "The staging server is called Artemis", type = "decision" })
    expect_equal(#world.memories(), 2)
  end,

  a_duplicate_can_be_marked_instead = function()
    world.install({ config = { mode = "tag" } })
    world.remember({ summary = "The staging server is called Artemis" })
    local id = world.remember({ summary = "The staging server is called Artemis", tags = { "infra" } })
    expect_equal(world.memory(id).tags, { "infra", "duplicate" })
  end,
}
