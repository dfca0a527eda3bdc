# /// case
# summary = "Gives the first word the first column"
# points = { test-counts = 0 }
# hints = { test-counts = "Column k tells how often id k" }
# ///

# %% counts
def ids_to_counts(X, size):
    C = np.zeros((len(X), size))
    for i, row in enumerate(X):
        for k in row[row > 0]:
            C[i, k - 1] += 1
    return C
