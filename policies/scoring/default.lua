-- The shipped score: relevance, lifted or lowered a little by what else is known. Every other signal scales relevance
-- instead of being added to it, so that nothing rises that does not answer, and a signal that is missing changes nothing.

---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
---@param query Query           what was asked
---@return number[]             a score for each candidate, in their order
return function(memories, query)
  local graph, moment = 0, 0
  for _, m in ipairs(memories) do
    if m.graph then graph = 0.3 end
    if m.moment then moment = 0.2 end
  end
  -- The scale is the same for all, so it changes no order; it keeps scores between 0 and 1.
  local most = 1.14 + graph + moment
  local scores = {}
  for i, m in ipairs(memories) do
    local factor = 1 + 0.3 * (m.graph or 0) + 0.2 * (m.moment or 0) + 0.1 * (m.trust - 1)
      + 0.1 * (m.importance - 0.5) + 0.1 * ((m.feedback or 0.5) - 0.5)
      + 0.02 * m.recency + 0.02 * (m.usage or 0)
    scores[i] = m.relevance * factor / most
  end
  return scores
end
