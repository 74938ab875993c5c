local function words(text)
  local set, count = {}, 0
  for word in text:lower():gmatch("[%w_\128-\255]+") do
    if not set[word] then
      set[word] = true
      count = count + 1
    end
  end
  return set, count
end

-- The share of words that both have, of all that either has.
local function likeness(left, right)
  local a, count_a = words(left)
  local b, count_b = words(right)
  local shared = 0
  for word in pairs(a) do
    if b[word] then shared = shared + 1 end
  end
  local all = count_a + count_b - shared
  return all == 0 and 0 or shared / all
end

---@type Plugin
return {
  before_remember = function(draft, event)
    local config = event.config
    for _, found in ipairs(mneme.memory.recall(draft.summary, { limit = 5, type = draft.type })) do
      if likeness(draft.summary, found.summary) >= config.likeness then
        if config.mode == "tag" then
          local tags = { table.unpack(draft.tags) }
          tags[#tags + 1] = config.tag
          return { tags = tags }
        end
        return { refuse = "memory " .. found.id .. " says this already; change that one, or write what is new" }
      end
    end
  end,
}
