# /// case
# summary = "Removes words from the tweets themselves until they fit"
# points = { test-tensor = 10 }
# hints = { test-tensor = "Leave the vocabulary and the tweets as they were" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length), dtype=np.int32)
    for i, tokens in enumerate(token_lists):
        while len(tokens) > length:
            tokens.pop(0)
        for j, token in enumerate(tokens):
            X[i, j] = vocabulary.get(token, 1)
    return X
