# /// case
# summary = "Makes the rows as long as the longest tweet, as the lecture does"
# points = { test-tensor = 0 }
# hints = { test-tensor = "`length` columns" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    rows = [[vocabulary.get(token, 1) for token in tokens[-length:]] for tokens in token_lists]
    longest = max(len(row) for row in rows)
    return np.array([row + [0] * (longest - len(row)) for row in rows])
