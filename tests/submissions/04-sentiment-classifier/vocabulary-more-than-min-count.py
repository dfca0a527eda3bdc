# /// case
# summary = "Keeps only the words in more than min_count tweets"
# points = { test-vocabulary = 0 }
# hints = { test-vocabulary = "A word in min_count tweets or more" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = Counter(word for tokens in token_lists for word in set(tokens))
    words = sorted((word for word in counts if counts[word] > min_count), key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(["<pad>", "<unknown>", *words][:size])}
