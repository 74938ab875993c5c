-- For small prompts: of two answers that are as good, the shorter one leaves room for more.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (0.85 + 0.15 * m.length)
  end
  return scores
end
