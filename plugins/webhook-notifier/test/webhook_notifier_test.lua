local secret = "a secret of some length"

local function install(config)
  config.url = config.url or "https://hooks.example.org/mneme"
  config.secret = config.secret or secret
  world.install({ config = config, grant = { "http.fetch:hooks.example.org" } })
end

return {
  a_memory_is_sent_and_signed = function()
    install({})
    world.respond(204, "")
    local id = world.remember({ summary = "The release is on Friday", content = "Not Thursday", tags = { "plan" } })
    world.work()
    local request = world.requests()[1]
    expect_equal(request.method .. " " .. request.url, "POST https://hooks.example.org/mneme")
    local headers = request.headers
    local signed = headers["X-Mneme-Timestamp"] .. "." .. headers["X-Mneme-Delivery"] .. "." .. request.body
    expect_equal(headers["X-Mneme-Signature"], "sha256=" .. hmac_sha256(secret, signed))
    expect(request.body:find(id, 1, true), "the body names the memory")
    expect(not request.body:find("Thursday", 1, true), "the content is not sent")
  end,

  what_does_not_arrive_is_sent_again_as_the_same_delivery = function()
    install({})
    world.respond(503, "busy")
    world.respond(200, "")
    world.remember({ summary = "The release is on Friday" })
    world.work()
    expect(world.log()[1]:find("answered 503 to attempt 1", 1, true), "the log says why")
    world.advance(3600)
    world.work()
    local requests = world.requests()
    expect_equal(#requests, 2)
    expect_equal(requests[1].headers["X-Mneme-Delivery"], requests[2].headers["X-Mneme-Delivery"])
    expect_equal(world.parked(), {})
  end,

  what_never_arrives_is_parked = function()
    install({})
    world.remember({ summary = "The release is on Friday" })
    for _ = 1, 8 do
      world.work()
      world.advance(7 * 24 * 3600)
    end
    expect_equal(#world.parked(), 1)
  end,

  only_what_is_wanted_is_sent = function()
    install({ types = { "decision" }, tags = { "plan", "risk" }, content = true })
    world.respond(200, "")
    world.remember({ summary = "A note about a plan", tags = { "plan" } })
    world.remember({ summary = "A decision about tea", type = "decision", tags = { "tea" } })
    world.remember({ summary = "A decision at some risk", content = "All of it", type = "decision", tags = { "risk" } })
    world.work()
    local requests = world.requests()
    expect_equal(#requests, 1)
    expect(requests[1].body:find("All of it", 1, true), "the content is sent")
  end,

  a_host_that_was_not_granted_is_not_asked = function()
    install({ url = "https://elsewhere.example.org/" })
    world.remember({ summary = "The release is on Friday" })
    world.work()
    expect_equal(#world.requests(), 0)
    expect(world.log()[1]:find("http.fetch:elsewhere.example.org", 1, true), "the log says what to grant")
  end,
}
