# /// case
# summary = "setdefault puts every unknown word into the vocabulary"
# points = { test-tensor = 10 }
# hints = { test-tensor = "Leave the vocabulary" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length), dtype=np.int32)
    for i, tokens in enumerate(token_lists):
        for j, token in enumerate(tokens[-length:]):
            X[i, j] = vocabulary.setdefault(token, 1)
    return X
