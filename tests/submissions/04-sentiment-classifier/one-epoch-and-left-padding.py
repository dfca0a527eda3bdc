# /// case
# summary = "The generator stops after one epoch and drops the rest of it; zeros stand at the left"
# points = { test-tensor = 0, test-batches = 6 }
# hints = { test-tensor = "The zeros go to the right", test-batches = "never stops" }
# ///

# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    rows = []
    for tokens in token_lists:
        ids = [vocabulary.get(token, 1) for token in tokens][-length:]
        rows.append([0] * (length - len(ids)) + ids)
    return np.array(rows, dtype=np.int32).reshape(len(rows), length)


# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    for start in range(0, len(X) - size + 1, size):
        rows = order[start : start + size]
        yield X[rows], y[rows], np.array(class_weights)[y[rows]]
