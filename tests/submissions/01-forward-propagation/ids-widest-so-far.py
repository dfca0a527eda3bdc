# /// case
# summary = "Keeps the width outside of the function, where it grows from batch to batch"
# points = { test-ids = 0 }
# hints = { test-ids = "the longest tweet of this batch" }
# ///

# %% ids
longest = 0


def tweets_to_ids(token_lists, words):
    global longest
    longest = max([longest, *map(len, token_lists)])
    X = np.zeros((len(token_lists), longest), dtype=int)
    for i, tokens in enumerate(token_lists):
        X[i, : len(tokens)] = [words.get(token, 1) for token in tokens]
    return X
