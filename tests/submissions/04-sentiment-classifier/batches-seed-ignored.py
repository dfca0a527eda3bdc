# /// case
# summary = "Draws from np.random, whose numbers go on from call to call"
# points = { test-batches = 13 }
# hints = { test-batches = "The same seed, the same batches" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    waiting = np.array([], dtype=int)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, np.random.permutation(len(X))])
        rows, waiting = waiting[:size], waiting[size:]
        yield X[rows], y[rows], np.array(class_weights)[y[rows]]
