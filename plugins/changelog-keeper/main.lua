local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

---@type Plugin
return {
  after_remember = function(memory, event)
    if not contains(event.config.types, memory.type) then return end
    local month = memory.created_at:sub(1, 7)
    local line = "- " .. memory.created_at:sub(1, 10) .. " " .. memory.type .. ": " .. memory.summary:gsub("%s+", " ")
      .. " (" .. memory.id .. ")"
    local key = event.context.id .. "/" .. month
    local known = mneme.state.get(key)
    local log = known and mneme.memory.get(known)
    if not log then
      -- A later attempt of this run finds the same memory by its key, and does not make a second one.
      local id = mneme.memory.remember({
        key = key, summary = "Changelog of " .. month .. ": decisions, features and fixes", content = line,
        type = "changelog", tags = { "changelog" },
      })
      mneme.state.set(key, id)
      return
    end
    -- So a repeated attempt adds nothing.
    if log.content:find(memory.id, 1, true) then return end
    local _, lines = log.content:gsub("\n", "\n")
    if lines + 1 >= event.config.most then return end
    mneme.memory.update(log.id, { content = log.content .. "\n" .. line })
  end,
}
