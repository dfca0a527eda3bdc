# /// case
# summary = "Leaves out the words that have no id"
# points = { test-tensor = 0 }
# hints = { test-tensor = "A word without an id becomes 1" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length), dtype=np.int32)
    for i, tokens in enumerate(token_lists):
        ids = [vocabulary[token] for token in tokens if token in vocabulary][-length:]
        X[i, : len(ids)] = ids
    return X
