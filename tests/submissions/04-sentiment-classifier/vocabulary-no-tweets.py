# /// case
# summary = "Asks for the largest count where there is none"
# points = { test-vocabulary = 11 }
# hints = { test-vocabulary = "always there" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = Counter(word for tokens in token_lists for word in set(tokens))
    words = []
    for count in range(max(counts.values()), min_count - 1, -1):
        words += sorted(word for word in counts if counts[word] == count)
    return {word: number for number, word in enumerate(["<pad>", "<unknown>", *words][:size])}
