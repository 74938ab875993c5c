-- For documentation: a page does not get worse with age. Age and use count nothing; importance and trust a little.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (0.8 + 0.1 * m.importance + 0.1 * m.trust)
  end
  return scores
end
