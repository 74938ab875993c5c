-- For contexts with much feedback: helpful and unhelpful votes move a score by up to a half, more the more of them there
-- are, since feedback is a half without votes.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.relevance * mneme.clamp(1 + ((m.feedback or 0.5) - 0.5), 0.5, 1.5) / 1.5
  end
  return scores
end
