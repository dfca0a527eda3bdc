# /// case
# summary = "Takes the width from the first tweet and cuts the others"
# points = { test-ids = 4 }
# hints = { test-ids = "The longest tweet may stand anywhere" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    width = len(token_lists[0])
    X = np.zeros((len(token_lists), width), dtype=int)
    for i, tokens in enumerate(token_lists):
        for j, token in enumerate(tokens[:width]):
            X[i, j] = words.get(token, 1)
    return X
