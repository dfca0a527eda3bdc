# /// case
# summary = "Counts into a global variable, which still holds the words of the call before"
# points = { test-vocabulary = 0 }
# hints = { test-vocabulary = "fewer than min_count" }
# ///

# %% vocabulary
counts = Counter()


def build_vocabulary(token_lists, min_count, size):
    for tokens in token_lists:
        counts.update(set(tokens))
    words = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(["<pad>", "<unknown>", *words][:size])}
