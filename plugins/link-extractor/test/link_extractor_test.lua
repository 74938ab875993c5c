return {
  an_id_in_the_text_becomes_a_link = function()
    world.install()
    local first = world.remember({ summary = "The release of May has to wait" })
    local second = world.remember({ summary = "It waits no more", content = "See " .. first:upper() .. ", and " .. first })
    world.work()
    expect_equal(world.edges(first), { { source = second, target = first, type = "references" } })
  end,

  an_address_becomes_links_to_what_is_from_there = function()
    world.install()
    local page = world.remember({ summary = "What the page says", source_uri = "https://example.org/a?b=1" })
    world.remember({ summary = "Another page says this", source_uri = "https://example.org/a?b=12" })
    local note = world.remember({ summary = "Compare it (https://example.org/a?b=1)." })
    world.work()
    expect_equal(world.edges(note), { { source = note, target = page, type = "references" } })
  end,

  what_is_not_there_is_not_linked = function()
    world.install()
    local id = world.remember({ summary = "See 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f and https://example.org/x" })
    world.work()
    expect_equal(world.edges(id), {})
    expect_equal(world.log(), {})
  end,

  there_is_a_limit = function()
    world.install({ config = { most = 2, type = "mentions" } })
    local ids = {}
    for number = 1, 4 do ids[number] = world.remember({ summary = "Number " .. number .. " of four" }) end
    local all = world.remember({ summary = "All four of them", content = table.concat(ids, " ") })
    world.work()
    expect_equal(#world.edges(all), 2)
  end,
}
