# /// case
# summary = "Appends <pad> to the tweets themselves"
# points = { test-tensor = 10 }
# hints = { test-tensor = "Leave the vocabulary and the tweets" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    rows = []
    for tokens in token_lists:
        while len(tokens) < length:
            tokens.append("<pad>")
        rows.append([vocabulary.get(token, 1) for token in tokens[-length:]])
    return np.array(rows, dtype=np.int32).reshape(len(rows), length)
