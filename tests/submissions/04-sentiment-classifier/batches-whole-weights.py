# /// case
# summary = "Gives whole numbers as weights"
# points = { test-batches = 0 }
# hints = { test-batches = "Weights are decimal numbers" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    weights = np.array([int(class_weights[c]) for c in y])
    waiting = np.array([], dtype=int)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(len(X))])
        rows, waiting = waiting[:size], waiting[size:]
        yield X[rows], y[rows], weights[rows]
