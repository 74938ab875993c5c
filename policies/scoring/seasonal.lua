-- For habits and recurring work: what was written at the same time of the year, this year or an earlier one, counts more.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    local apart = m.age_days % 365.25
    apart = math.min(apart, 365.25 - apart)
    scores[i] = m.relevance * (0.7 + 0.3 * mneme.decay(apart, 21))
  end
  return scores
end
