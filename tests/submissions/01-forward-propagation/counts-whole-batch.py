# /// case
# summary = "Counts the words of all tweets together"
# points = { test-counts = 0 }
# hints = { test-counts = "A row for each tweet" }
# ///

# %% counts
def ids_to_counts(X, size):
    return np.bincount(X[X > 0], minlength=size)
