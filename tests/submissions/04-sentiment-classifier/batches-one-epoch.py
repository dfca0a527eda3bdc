# /// case
# summary = "Stops after one epoch and drops the rows that fill no batch"
# points = { test-batches = 6 }
# hints = { test-batches = "never stops" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    for start in range(0, len(X) - size + 1, size):
        rows = order[start : start + size]
        yield X[rows], y[rows], np.array(class_weights, dtype=float)[y[rows]]
