-- Whether `word` stands in `text` as a word, and not as part of a longer one. Both in lower case.
local function has_word(text, word)
  local from = 1
  while true do
    local first, last = text:find(word, from, true)
    if not first then return false end
    local before, after = text:sub(first - 1, first - 1), text:sub(last + 1, last + 1)
    if (first == 1 or not before:find("%w")) and not after:find("%w") then return true end
    from = last + 1
  end
end

local function tags_of_rules(memory, rules)
  local text = (memory.summary .. " " .. memory.content):lower()
  local tags = {}
  for _, rule in ipairs(rules) do
    local word, tag = rule:match("^%s*(.-)%s*=%s*(.-)%s*$")
    if not word or word == "" or tag == "" then error("the rule “" .. rule .. "” is not of the form word=tag") end
    if has_word(text, word:lower()) then tags[#tags + 1] = tag end
  end
  return tags
end

-- The tags that enough similar memories carry, the most frequent first; of equals the alphabet decides.
local function tags_of_neighbours(memory, config)
  if config.votes < 1 then return {} end
  local counts, tags = {}, {}
  for _, found in ipairs(mneme.memory.recall(memory.summary, { limit = config.neighbours + 1 })) do
    if found.id ~= memory.id and found.score >= config.score then
      for _, tag in ipairs(found.tags) do
        if not counts[tag] then tags[#tags + 1] = tag end
        counts[tag] = (counts[tag] or 0) + 1
      end
    end
  end
  table.sort(tags, function(a, b)
    if counts[a] ~= counts[b] then return counts[a] > counts[b] end
    return a < b
  end)
  local chosen = {}
  for _, tag in ipairs(tags) do
    if counts[tag] >= config.votes then chosen[#chosen + 1] = tag end
  end
  return chosen
end

---@type Plugin
return {
  after_remember = function(memory, event)
    local has, new = {}, {}
    for _, tag in ipairs(memory.tags) do has[tag] = true end
    local function add(tags)
      for _, tag in ipairs(tags) do
        if not has[tag] and #new < event.config.most then
          has[tag] = true
          new[#new + 1] = tag
        end
      end
    end
    add(tags_of_rules(memory, event.config.rules))
    add(tags_of_neighbours(memory, event.config))
    if #new > 0 then mneme.memory.add_tags(memory.id, new) end
  end,
}
