# /// case
# summary = "Fills the last batch of an epoch from the beginning of the same epoch"
# points = { test-batches = 12 }
# hints = { test-batches = "fill the batch from the next epoch" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    n = len(X)
    while True:
        order = rng.permutation(n)
        for i in range(0, n, size):
            rows = np.take(order, range(i, i + size), mode="wrap")
            yield X[rows], y[rows], np.array(class_weights, float)[y[rows]]
