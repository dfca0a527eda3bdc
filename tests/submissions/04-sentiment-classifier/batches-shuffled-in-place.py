# /// case
# summary = "Reorders the arrays X and y themselves, with their pairs"
# points = { test-batches = 12 }
# hints = { test-batches = "in their order" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    waiting = []
    while True:
        while len(waiting) < size:
            order = rng.permutation(len(X))
            X[:], y[:] = X[order], y[order]
            waiting += [(row.copy(), label) for row, label in zip(X, y)]
        batch, waiting = waiting[:size], waiting[size:]
        labels = np.array([label for _, label in batch])
        yield np.array([row for row, _ in batch]), labels, np.array(class_weights, dtype=float)[labels]
