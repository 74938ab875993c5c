-- For logs, error codes and part numbers: words count three times what meaning does.

---@param query Query  what was asked
---@param plan Plan    how the search would go
---@return Plan?       what should be different; nil leaves it as it is
return function(query, plan)
  return { semantic_weight = 0.25, keyword_weight = 0.75 }
end
