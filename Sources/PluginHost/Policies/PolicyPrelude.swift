/// The small standard library of policies, before their own text.
///
/// It is one line without an end, so that the lines of a script keep their numbers.
enum PolicyPrelude {
  static let source =
    [
      "local mneme = {}",
      "function mneme.clamp(x, low, high) if x < low then return low elseif x > high then return high end return x end",
      "function mneme.decay(age, half_life) if age <= 0 then return 1 end return 2 ^ (-age / half_life) end",
      "function mneme.sigmoid(x) return 1 / (1 + math.exp(-x)) end",
      "function mneme.words(text) local set = {} for word in string.gmatch(string.lower(text), '%w+') do set[word] = true end return set end",
      "function mneme.overlap(one, other) local both, all = 0, 0 for word in pairs(one) do all = all + 1 if other[word] then both = both + 1 end end if all == 0 then return 0 end return both / all end",
    ].joined(separator: " ") + " "
}
