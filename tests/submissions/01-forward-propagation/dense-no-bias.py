# /// case
# summary = "Cuts the column of biases off and forgets to add it"
# points = { test-dense = 0 }
# hints = { test-dense = "which is its bias" }
# ///

# %% dense
def dense(a, M, g):
    return g(a @ M[:, :-1].T)
