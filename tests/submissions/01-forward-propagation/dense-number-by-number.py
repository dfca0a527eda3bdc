# /// case
# summary = "Calls g on each number, and on an empty batch not at all"
# points = { test-dense = 9 }
# hints = { test-dense = "Call g once, with all of z" }
# ///

# %% dense
def dense(a, M, g):
    return np.vectorize(g)(a @ M[:, :-1].T + M[:, -1])
