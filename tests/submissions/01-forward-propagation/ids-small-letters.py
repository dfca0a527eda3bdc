# /// case
# summary = "Writes the words in small letters once more before looking them up"
# points = { test-ids = 10 }
# hints = { test-ids = "as they are written" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    X = np.zeros((len(token_lists), max((len(tokens) for tokens in token_lists), default=0)), dtype=int)
    for i, tokens in enumerate(token_lists):
        X[i, : len(tokens)] = [words.get(token.lower(), 1) for token in tokens]
    return X
