# /// case
# summary = "Lets the last batch of an epoch be short"
# points = { test-batches = 10 }
# hints = { test-batches = "exactly size rows" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(X))
        for start in range(0, len(X), size):
            rows = order[start : start + size]
            yield X[rows], y[rows], np.array(class_weights)[y[rows]]
