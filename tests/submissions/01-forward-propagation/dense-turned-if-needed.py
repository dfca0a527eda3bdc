# /// case
# summary = "Turns the table over only where the shapes don't fit"
# points = { test-dense = 0 }
# hints = { test-dense = "A unit's weights are its row of M" }
# ///

# %% dense
def dense(a, M, g):
    W, b = M[:, :-1], M[:, -1]
    if W.shape[0] != a.shape[-1]:
        W = W.T
    return g(a @ W + b)
