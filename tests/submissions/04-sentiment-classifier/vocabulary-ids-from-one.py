# /// case
# summary = "Forgets the id of unknown words and begins the words with 1"
# points = { test-vocabulary = 0 }
# hints = { test-vocabulary = "Two entries are always there" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = Counter(word for tokens in token_lists for word in set(tokens))
    words = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(["<pad>", *words][:size])}
