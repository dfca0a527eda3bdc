# /// case
# summary = "Adds one at a list of places, which NumPy does only once for each place"
# points = { test-counts = 8 }
# hints = { test-counts = "A word that stands in a tweet three times counts three" }
# ///

# %% counts
def ids_to_counts(X, size):
    C = np.zeros((len(X), size))
    for i in range(len(X)):
        C[i, X[i]] += 1
    C[:, 0] = 0
    return C
