-- For research notes that are well linked: what the best hits lead to counts as much as what matches.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (0.5 + 0.5 * (m.graph or 0.5))
  end
  return scores
end
