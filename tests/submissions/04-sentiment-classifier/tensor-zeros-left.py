# /// case
# summary = "Fills the rows up on the left"
# points = { test-tensor = 0 }
# hints = { test-tensor = "the zeros go to the right" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    rows = []
    for tokens in token_lists:
        ids = [vocabulary.get(token, 1) for token in tokens][-length:]
        rows.append([0] * (length - len(ids)) + ids)
    return np.array(rows, dtype=np.int32).reshape(len(rows), length)
