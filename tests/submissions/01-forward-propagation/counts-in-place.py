# /// case
# summary = "Moves the padding to an id of its own, in X itself"
# points = { test-counts = 10 }
# hints = { test-counts = "Leave X as it was" }
# ///

# %% counts
def ids_to_counts(X, size):
    X[X == 0] = size
    C = np.zeros((len(X), size + 1))
    for i, row in enumerate(X):
        for k in row:
            C[i, k] += 1
    return C[:, :size]
