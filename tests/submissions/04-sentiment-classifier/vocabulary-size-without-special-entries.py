# /// case
# summary = "Takes size words, and the two special entries on top of them"
# points = { test-vocabulary = 10 }
# hints = { test-vocabulary = "count towards size" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = Counter(word for tokens in token_lists for word in set(tokens))
    words = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(["<pad>", "<unknown>", *words[:size]])}
