-- For working sets: what was opened often will be wanted again. Use counts a third, with what is never used not sunk
-- below a middling one.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (0.7 + 0.3 * (m.usage or 0.3))
  end
  return scores
end
