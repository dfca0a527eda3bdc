# /// case
# summary = "Counts every number of the row, the zeros too"
# points = { test-counts = 0 }
# hints = { test-counts = "column 0 stays zero" }
# ///

# %% counts
def ids_to_counts(X, size):
    C = np.zeros((len(X), size))
    for i, row in enumerate(X):
        for k in row:
            C[i, k] += 1
    return C
