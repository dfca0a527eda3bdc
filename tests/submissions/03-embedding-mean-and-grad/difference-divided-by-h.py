# /// case
# summary = "Goes to both sides and divides by one step"
# points = { test-difference = 0 }
# hints = { test-difference = "(f(x + h) - f(x - h)) / (2h)" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    g = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        d = np.zeros(x.shape)
        d[place] = h
        g[place] = (f(x + d) - f(x - d)) / h
    return g
