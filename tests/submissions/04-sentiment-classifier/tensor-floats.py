# /// case
# summary = "Leaves the array of np.zeros as it comes, with decimal numbers"
# points = { test-tensor = 0 }
# hints = { test-tensor = "dtype=np.int32" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length))
    for i, tokens in enumerate(token_lists):
        for j, token in enumerate(tokens[-length:]):
            X[i, j] = vocabulary.get(token, 1)
    return X
