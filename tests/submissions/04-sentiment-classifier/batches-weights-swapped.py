# /// case
# summary = "Gives class 1 the first weight"
# points = { test-batches = 0 }
# hints = { test-batches = "A row of class c weighs class_weights[c]" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    waiting = np.array([], dtype=int)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(len(X))])
        rows, waiting = waiting[:size], waiting[size:]
        yield X[rows], y[rows], np.where(y[rows] == 1, class_weights[0], class_weights[1])
