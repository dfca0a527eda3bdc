# /// case
# summary = "Draws the order once, for all epochs"
# points = { test-batches = 12 }
# hints = { test-batches = "a new order for each epoch" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    order = np.random.default_rng(seed).permutation(len(X))
    rows = itertools.cycle(order)
    while True:
        chosen = np.array([next(rows) for _ in range(size)])
        yield X[chosen], y[chosen], np.array(class_weights, dtype=float)[y[chosen]]
