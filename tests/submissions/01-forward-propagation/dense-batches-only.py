# /// case
# summary = "Glues a column of ones to the batch, which a single row does not take"
# points = { test-dense = 10 }
# hints = { test-dense = "From a row of shape (inputs,)" }
# ///

# %% dense
def dense(a, M, g):
    with_one = np.hstack([a, np.ones((len(a), 1))])
    return g(with_one @ M.T)
