/// The files of the folder `policies`, as the program carries them. Made by a test: RECORD_SNAPSHOTS=1 ./mneme test ShippedPolicyTests
enum ShippedPolicies {
  static let files: [String: String] = [
    "scoring/author-trust": #"""
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

    """#,
    "scoring/brief-first": #"""
    -- For small prompts: of two answers that are as good, the shorter one leaves room for more.

    ---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
    ---@param query Query           what was asked
    ---@return number[]             a score for each candidate, in their order
    return function(memories, query)
      local scores = {}
      for i, m in ipairs(memories) do
        scores[i] = m.relevance * (0.85 + 0.15 * m.length)
      end
      return scores
    end

    """#,
    "scoring/code": #"""
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

    """#,
    "scoring/default": #"""
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

    """#,
    "scoring/evergreen": #"""
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

    """#,
    "scoring/feedback-trained": #"""
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

    """#,
    "scoring/graph-heavy": #"""
    -- For research notes that are well linked: what the best hits lead to counts as much as what matches.

    ---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
    ---@param query Query           what was asked
    ---@return number[]             a score for each candidate, in their order
    return function(memories, query)
      local scores = {}
      for i, m in ipairs(memories) do
        scores[i] = m.relevance * (0.5 + 0.5 * (m.graph or 0.5))
      end
      return scores
    end

    """#,
    "scoring/importance-first": #"""
    -- For decisions and policies: its writer said how much it matters, so among answers the weightier one comes first.

    ---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
    ---@param query Query           what was asked
    ---@return number[]             a score for each candidate, in their order
    return function(memories, query)
      local scores = {}
      for i, m in ipairs(memories) do
        scores[i] = m.relevance * (0.4 + 0.6 * m.importance)
      end
      return scores
    end

    """#,
    "scoring/meaning-only": #"""
    -- For texts in several languages: the meaning counts, whatever the words; words break ties.

    ---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
    ---@param query Query           what was asked
    ---@return number[]             a score for each candidate, in their order
    return function(memories, query)
      local scores = {}
      for i, m in ipairs(memories) do
        scores[i] = 0.9 * (m.semantic or m.relevance) + 0.1 * (m.keyword or 0)
      end
      return scores
    end

    """#,
    "scoring/most-used": #"""
    -- For working sets: what was opened often will be wanted again. Use counts a third, with what is never used not sunk
    -- below a middling one.

    ---@param memories Candidate[]  the candidates, each with its signals; one that has nothing to say is nil
    ---@param query Query           what was asked
    ---@return number[]             a score for each candidate, in their order
    return function(memories, query)
      local scores = {}
      for i, m in ipairs(memories) do
        scores[i] = m.relevance * (0.7 + 0.3 * (m.usage or 0.3))
      end
      return scores
    end

    """#,
    "scoring/recency-heavy": #"""
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

    """#,
    "scoring/seasonal": #"""
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

    """#,
    "scoring/support-desk": #"""
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

    """#,
    "search/default": #"""
    -- The shipped plan: the context's weights, shifted towards words for identifiers, quotations and very short questions. That
    -- is in the plan that comes in, so there is nothing to add.

    ---@param query Query  what was asked
    ---@param plan Plan    how the search would go
    ---@return Plan?       what should be different; nil leaves it as it is
    return function(query, plan)
      return nil
    end

    """#,
    "search/diverse": #"""
    -- For overviews and brainstorming: an answer that says what a better one says already gives way.

    ---@param query Query  what was asked
    ---@param plan Plan    how the search would go
    ---@return Plan?       what should be different; nil leaves it as it is
    return function(query, plan)
      return { diversity = 0.5, fetch_factor = 5 }
    end

    """#,
    "search/exact-first": #"""
    -- For logs, error codes and part numbers: words count three times what meaning does.

    ---@param query Query  what was asked
    ---@param plan Plan    how the search would go
    ---@return Plan?       what should be different; nil leaves it as it is
    return function(query, plan)
      return { semantic_weight = 0.25, keyword_weight = 0.75 }
    end

    """#,
    "search/low-latency": #"""
    -- For autocompletion and large contexts: fewer candidates, no second look, no walk over the graph.

    ---@param query Query  what was asked
    ---@param plan Plan    how the search would go
    ---@return Plan?       what should be different; nil leaves it as it is
    return function(query, plan)
      return { fetch_factor = 1, use_second_look = false, use_graph = false }
    end

    """#,
  ]
}
