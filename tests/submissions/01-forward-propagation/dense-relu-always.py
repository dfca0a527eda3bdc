# /// case
# summary = "Uses ReLU instead of the function that is given"
# points = { test-dense = 0 }
# hints = { test-dense = "Pass z through the g that is given" }
# ///

# %% dense
def dense(a, M, g):
    return np.maximum(0, a @ M[:, :-1].T + M[:, -1])
