-- Letters that only one language, or one family of them, is written with.
local scripts = {
  { "ja", 0x3040, 0x30FF }, { "ko", 0xAC00, 0xD7AF }, { "ko", 0x1100, 0x11FF }, { "zh", 0x4E00, 0x9FFF },
  { "ru", 0x0400, 0x04FF }, { "el", 0x0370, 0x03FF }, { "he", 0x0590, 0x05FF }, { "ar", 0x0600, 0x06FF },
  { "hi", 0x0900, 0x097F }, { "th", 0x0E00, 0x0E7F },
}

-- Short words that are frequent in one language. One that several have counts for each.
local words = {
  en = "the and of to in is that it for was with on as are this not have by from but which when we",
  de = "der die das und ist nicht ein eine zu den mit von für auf sich dem im wird werden auch wir als",
  fr = "le la les des et est une un pour dans que qui pas sur avec au ce il sont nous plus par",
  es = "el los las una un y es que en para con por no se del su al como más está son nos",
  it = "il lo gli una un e è che di per con non si del della sono nel alla come anche più",
  pt = "o os as uma um e é que para com não se do da em por mais como são no na dos",
  nl = "de het een en is dat niet van op te met voor zijn er aan ook wij door maar bij naar",
}

local languages_of = {}
for language, list in pairs(words) do
  for word in list:gmatch("%S+") do
    languages_of[word] = languages_of[word] or {}
    table.insert(languages_of[word], language)
  end
end

-- The first thousand characters are enough to tell, whatever comes after.
local function beginning(text)
  local offset = utf8.offset(text, 1001)
  return offset and text:sub(1, offset - 1) or text
end

local function by_script(text)
  local counts, letters = {}, 0
  for _, code in utf8.codes(text) do
    if code > 0x40 then letters = letters + 1 end
    for _, script in ipairs(scripts) do
      if code >= script[2] and code <= script[3] then counts[script[1]] = (counts[script[1]] or 0) + 1 end
    end
  end
  -- Japanese is written with Chinese characters, too; kana tell it apart.
  if counts.ja and counts.ja * 10 > letters then return "ja" end
  for _, script in ipairs(scripts) do
    if counts[script[1]] and counts[script[1]] * 3 > letters then return script[1] end
  end
end

local function by_words(text)
  local counts = {}
  for word in text:lower():gmatch("[%a\128-\255]+") do
    for _, language in ipairs(languages_of[word] or {}) do counts[language] = (counts[language] or 0) + 1 end
  end
  local best, second
  for language, count in pairs(counts) do
    if not best or count > counts[best] or count == counts[best] and language < best then
      best, second = language, best
    elseif not second or count > counts[second] then
      second = language
    end
  end
  -- Two languages that fit alike are no answer, nor is a single word.
  if best and counts[best] >= 2 and (not second or counts[best] > counts[second]) then return best end
end

---@type Plugin
return {
  before_remember = function(draft, event)
    for _, tag in ipairs(draft.tags) do
      if tag:sub(1, #event.config.prefix) == event.config.prefix then return end
    end
    local text = beginning(draft.summary .. " " .. draft.content)
    local language = by_script(text) or by_words(text)
    if not language then return end
    for _, skipped in ipairs(event.config.skip) do
      if skipped == language then return end
    end
    local tags = { table.unpack(draft.tags) }
    tags[#tags + 1] = event.config.prefix .. language
    if #tags <= 64 then return { tags = tags } end
  end,
}
