-- For teams with guests: what members wrote counts fully, what came from outside half, what nobody vouches for a fifth.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (m.trust >= 1 and 1 or m.trust >= 0.5 and 0.5 or 0.2)
  end
  return scores
end
