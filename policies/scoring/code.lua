-- For code bases: an identifier that is in the question and in the memory says more than any likeness of meaning.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * 0.6 + 0.4 * m.relevance * (m.entities or m.keyword or 0)
  end
  return scores
end
