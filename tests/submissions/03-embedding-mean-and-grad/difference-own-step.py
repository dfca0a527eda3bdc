# /// case
# summary = "Uses a step of its own and ignores the argument"
# points = { test-difference = 13 }
# hints = { test-difference = "Use the h that is given" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    g = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        d = np.zeros(x.shape)
        d[place] = 1e-5
        g[place] = (f(x + d) - f(x - d)) / 2e-5
    return g
