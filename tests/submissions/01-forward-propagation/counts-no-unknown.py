# /// case
# summary = "Leaves id 1 out together with the padding"
# points = { test-counts = 10 }
# hints = { test-counts = "Id 1 is counted like any word" }
# ///

# %% counts
def ids_to_counts(X, size):
    C = np.zeros((len(X), size))
    for i, row in enumerate(X):
        for k in row:
            if k > 1:
                C[i, k] += 1
    return C
