# /// case
# summary = "Looks for the biases in the first column"
# points = { test-dense = 0 }
# hints = { test-dense = "without the last number, which is its bias" }
# ///

# %% dense
def dense(a, M, g):
    return g(a @ M[:, 1:].T + M[:, 0])
