# /// case
# summary = "Leaves the weights whole numbers where class_weights holds whole numbers"
# points = { test-batches = 13 }
# hints = { test-batches = "also if class_weights holds whole ones" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    weights = np.array(class_weights)[y]
    waiting = np.array([], dtype=int)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(len(X))])
        rows, waiting = waiting[:size], waiting[size:]
        yield X[rows], y[rows], weights[rows]
