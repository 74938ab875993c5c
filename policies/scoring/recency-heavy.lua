-- For chats and journals: what was said last is mostly what is meant. Half of a score is how new a memory is, with a
-- half-life of a week, as far as it answers at all.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * (0.5 + 0.5 * mneme.decay(m.age_days, 7))
  end
  return scores
end
