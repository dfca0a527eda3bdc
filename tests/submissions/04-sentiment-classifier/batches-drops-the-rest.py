# /// case
# summary = "Drops the rest of every epoch, and waits for ever where no epoch fills a batch"
# points = { test-batches = 10 }
# hints = { test-batches = "go on with further epochs" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    weights = np.array(class_weights, dtype=float)
    while True:
        order = rng.permutation(len(X))
        for start in range(0, len(X) - size + 1, size):
            rows = order[start : start + size]
            yield X[rows], y[rows], weights[y[rows]]
