# /// case
# summary = "Keeps the first words of a long tweet, as text.pad does"
# points = { test-tensor = 9 }
# hints = { test-tensor = "keeps its last words" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length), dtype=np.int32)
    for i, tokens in enumerate(token_lists):
        for j, token in enumerate(tokens[:length]):
            X[i, j] = vocabulary.get(token, 1)
    return X
