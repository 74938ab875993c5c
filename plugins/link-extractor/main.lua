local hex = "%x"
local id_pattern = table.concat({ hex:rep(8), hex:rep(4), hex:rep(4), hex:rep(4), hex:rep(12) }, "%-")

-- What the text mentions, each once, in its order.
local function mentions(text, pattern, clean)
  local list, seen = {}, {}
  for found in text:gmatch(pattern) do
    found = clean(found)
    if not seen[found] then
      seen[found] = true
      list[#list + 1] = found
    end
  end
  return list
end

-- An address in a sentence often has a sign behind it that is not its own.
local function without_punctuation(url)
  url = url:gsub("[%.,;:!%?'\"]+$", "")
  if url:sub(-1) == ")" and not url:find("(", 1, true) then url = url:sub(1, -2) end
  return url
end

---@type Plugin
return {
  after_remember = function(memory, event)
    local text = table.concat({ memory.summary, memory.context_summary or "", memory.content }, "\n")
    local made = 0
    local function link(target)
      if target == memory.id or made >= event.config.most then return end
      mneme.graph.link(memory.id, target, event.config.type)
      made = made + 1
    end
    for _, id in ipairs(mentions(text, id_pattern, string.lower)) do
      if mneme.memory.get(id) then link(id) end
    end
    for _, url in ipairs(mentions(text, "https?://[^%s<>]+", without_punctuation)) do
      for _, source in ipairs(mneme.memory.by_source(url)) do link(source.id) end
    end
  end,
}
