# /// case
# summary = "Calls g once for each row"
# points = { test-dense = 10 }
# hints = { test-dense = "Call g once, with all of z" }
# ///

# %% dense
def dense(a, M, g):
    z = a @ M[:, :-1].T + M[:, -1]
    if z.ndim == 1:
        return g(z)
    return np.array([g(r) for r in z]).reshape(z.shape)
