# /// case
# summary = "Sorts pairs of count and word in reverse, so ties come from z to a"
# points = { test-vocabulary = 10 }
# hints = { test-vocabulary = "in alphabetical order" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = Counter(word for tokens in token_lists for word in set(tokens))
    pairs = sorted(((count, word) for word, count in counts.items() if count >= min_count), reverse=True)
    words = ["<pad>", "<unknown>"] + [word for count, word in pairs]
    return {word: number for number, word in enumerate(words[:size])}
