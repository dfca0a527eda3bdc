# /// case
# summary = "Makes the steps in x itself and does not go back"
# points = { test-difference = 0 }
# hints = { test-difference = "Make the steps in a copy of x" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    g = np.zeros(x.shape)
    for i in range(len(x)):
        x[i] += h
        ahead = f(x)
        x[i] -= 2 * h
        g[i] = (ahead - f(x)) / (2 * h)
    return g
