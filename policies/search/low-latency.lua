-- For autocompletion and large contexts: fewer candidates, no second look, no walk over the graph.

---@param query Query  what was asked
---@param plan Plan    how the search would go
---@return Plan?       what should be different; nil leaves it as it is
return function(query, plan)
  return { fetch_factor = 1, use_second_look = false, use_graph = false }
end
