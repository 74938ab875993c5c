-- For decisions and policies: its writer said how much it matters, so among answers the weightier one comes first.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (0.4 + 0.6 * m.importance)
  end
  return scores
end
