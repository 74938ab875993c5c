local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

local function is_wanted(memory, config)
  if #config.types > 0 and not contains(config.types, memory.type) then return false end
  if #config.tags == 0 then return true end
  for _, tag in ipairs(memory.tags) do
    if contains(config.tags, tag) then return true end
  end
  return false
end

---@type Plugin
return {
  after_remember = function(memory, event)
    local config = event.config
    if not is_wanted(memory, config) then return end
    if #config.secret < 16 then error("the setting secret has fewer than 16 characters") end
    local body = mneme.json.encode({
      event = "memory.created", delivery = event.id, context = event.context,
      memory = {
        id = memory.id, summary = memory.summary, type = memory.type, tags = memory.tags,
        created_at = memory.created_at, content = config.content and memory.content or nil,
      },
    })
    local at = mneme.now()
    local answer = mneme.http.fetch({
      method = "POST", url = config.url, body = body,
      headers = {
        ["Content-Type"] = "application/json",
        -- The receiver computes the same of the two headers and the body, and compares.
        ["X-Mneme-Timestamp"] = at,
        ["X-Mneme-Delivery"] = event.id,
        ["X-Mneme-Signature"] = "sha256=" .. mneme.crypto.hmac_sha256(config.secret, at .. "." .. event.id .. "." .. body),
      },
    })
    -- What is raised here lets the host try again later, and park it when that does not help.
    if answer.status < 200 or answer.status > 299 then
      error("the receiver answered " .. answer.status .. " to attempt " .. event.attempt)
    end
  end,
}
