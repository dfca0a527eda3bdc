# /// case
# summary = "Shuffles the rows and the labels each for themselves"
# points = { test-batches = 0 }
# hints = { test-batches = "Keep each row's label" }
# ///

# %% batches
def batches(X, y, size, seed, class_weights):
    rng = np.random.default_rng(seed)
    order_X, order_y = [], []
    while True:
        while len(order_X) < size:
            order_X += list(rng.permutation(len(X)))
            order_y += list(rng.permutation(len(y)))
        rows, labels = X[order_X[:size]], y[order_y[:size]]
        order_X, order_y = order_X[size:], order_y[size:]
        yield rows, labels, np.array(class_weights, dtype=float)[labels]
