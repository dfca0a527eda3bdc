# /// case
# summary = "Multiplies by the table as it is stored"
# points = { test-dense = 0 }
# hints = { test-dense = "A unit's weights are its row of M, but a W" }
# ///

# %% dense
def dense(a, M, g):
    return g(a @ M[:, :-1] + M[:, -1])
