# /// case
# summary = "Gives W the right shape by reshape, which keeps the numbers in their old order"
# points = { test-dense = 0 }
# hints = { test-dense = "A unit's weights are its row of M" }
# ///

# %% dense
def dense(a, M, g):
    units, columns = M.shape
    W = M[:, :-1].reshape(columns - 1, units)
    return g(a @ W + M[:, -1])
