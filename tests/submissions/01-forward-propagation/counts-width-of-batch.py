# /// case
# summary = "Makes as many columns as the largest id of the batch needs"
# points = { test-counts = 10 }
# hints = { test-counts = "There are `size` columns" }
# ///

# %% counts
def ids_to_counts(X, size):
    C = np.zeros((len(X), X.max() + 1))
    for i, row in enumerate(X):
        for k in row[row > 0]:
            C[i, k] += 1
    return C
