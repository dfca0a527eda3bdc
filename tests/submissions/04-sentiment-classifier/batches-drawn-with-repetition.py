# /// case
# summary = "Draws each row anew, so some come twice in an epoch"
# points = { test-batches = 0 }
# hints = { test-batches = "each row comes exactly once" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    while True:
        rows = rng.integers(0, len(X), size=size)
        yield X[rows], y[rows], np.array(class_weights, dtype=float)[y[rows]]
