return {
  a_rule_adds_its_tag = function()
    world.install({ config = { rules = { "Postgres = database", "jwt=auth" } } })
    local id = world.remember({ summary = "We moved from MySQL to postgres, version 17", tags = { "infra" } })
    world.work()
    expect_equal(world.memory(id).tags, { "infra", "database" })
  end,

  a_rule_wants_a_whole_word = function()
    world.install({ config = { rules = { "art=design" }, votes = 0 } })
    local id = world.remember({ summary = "Start the cart service before the others" })
    world.work()
    expect_equal(world.memory(id).tags, {})
  end,

  neighbours_vote = function()
    world.install({ config = { score = 0.1, votes = 2 } })
    world.remember({ summary = "The login service checks the token", tags = { "auth", "token" } })
    world.remember({ summary = "The login service refuses an old token", tags = { "auth" } })
    world.work()
    local id = world.remember({ summary = "The login service writes the token to its log" })
    world.work()
    expect_equal(world.memory(id).tags, { "auth" })
  end,

  no_more_tags_than_allowed = function()
    world.install({ config = { rules = { "a=1", "b=2", "c=3" }, most = 2, votes = 0 } })
    local id = world.remember({ summary = "a b c and so on and so forth" })
    world.work()
    expect_equal(world.memory(id).tags, { "1", "2" })
  end,

  a_rule_that_is_none_is_told = function()
    world.install({ config = { rules = { "nonsense" } } })
    world.remember({ summary = "Anything at all, as long as it is stored" })
    world.work()
    expect(world.log()[1]:find("word=tag", 1, true), "the log says what is wrong")
  end,
}
