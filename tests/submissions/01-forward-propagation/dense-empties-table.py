# /// case
# summary = "Takes the biases out of the table itself"
# points = { test-dense = 10 }
# hints = { test-dense = "Leave a and M as they were" }
# ///

# %% dense
def dense(a, M, g):
    b = M[:, -1].copy()
    M[:, -1] = 0
    return g(a @ M[:, :-1].T + b)
