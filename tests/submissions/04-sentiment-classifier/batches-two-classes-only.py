# /// case
# summary = "Knows the weights of classes 0 and 1 only"
# points = { test-batches = 13 }
# hints = { test-batches = "however many classes" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    waiting = np.array([], dtype=int)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(len(X))])
        rows, waiting = waiting[:size], waiting[size:]
        yield X[rows], y[rows], np.where(y[rows] == 0, float(class_weights[0]), float(class_weights[1]))
