-- For support: what people found helpful comes first, then what is often used; what they found useless steps back.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (0.6 + 0.3 * (m.feedback or 0.5) + 0.1 * (m.usage or 0))
  end
  return scores
end
