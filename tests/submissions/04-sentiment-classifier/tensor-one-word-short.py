# /// case
# summary = "Cuts tweets that fit, and one word too many"
# points = { test-tensor = 5 }
# hints = { test-tensor = "keeps all of its words" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length), dtype=np.int32)
    for i, tokens in enumerate(token_lists):
        if len(tokens) >= length:
            tokens = tokens[len(tokens) - length + 1 :]
        X[i, : len(tokens)] = [vocabulary.get(token, 1) for token in tokens]
    return X
