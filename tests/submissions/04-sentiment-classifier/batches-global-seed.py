# /// case
# summary = "Seeds NumPy's global numbers, which every stream draws from"
# points = { test-batches = 13 }
# hints = { test-batches = "for this stream alone" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    np.random.seed(seed)
    waiting = np.array([], dtype=int)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, np.random.permutation(len(X))])
        rows, waiting = waiting[:size], waiting[size:]
        yield X[rows], y[rows], np.array(class_weights, dtype=float)[y[rows]]
