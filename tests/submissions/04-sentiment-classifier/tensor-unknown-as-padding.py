# /// case
# summary = "Gives unknown words the id of the padding"
# points = { test-tensor = 0 }
# hints = { test-tensor = "A word without an id becomes 1" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length), dtype=int)
    for i, tokens in enumerate(token_lists):
        ids = [vocabulary.get(token, 0) for token in tokens[-length:]]
        X[i, : len(ids)] = ids
    return X
