-- For texts in several languages: the meaning counts, whatever the words; words break ties.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = 0.9 * (m.semantic or m.relevance) + 0.1 * (m.keyword or 0)
  end
  return scores
end
