# /// case
# summary = "Forgets a bracket"
# points = { test-counts = 0 }
# hints = { test-counts = "line 2 of the cell that defines ids_to_counts" }
# ///

# %% counts
def ids_to_counts(X, size):
    C = np.zeros((len(X), size)
    for row, ids in zip(C, X):
        for k in ids[ids != 0]:
            row[k] += 1
    return C
