# /// case
# summary = "Makes an array of a list, which has no columns where the list is empty"
# points = { test-tensor = 11 }
# hints = { test-tensor = "Without tweets, the result has no rows" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    rows = []
    for tokens in token_lists:
        ids = [vocabulary.get(token, 1) for token in tokens[-length:]]
        rows.append(ids + [0] * (length - len(ids)))
    return np.array(rows, dtype=np.int32)
