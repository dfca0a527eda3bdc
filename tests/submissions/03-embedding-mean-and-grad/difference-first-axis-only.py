# /// case
# summary = "Goes through the first axis alone, so that whole rows of a matrix move"
# points = { test-difference = 10 }
# hints = { test-difference = "go through the entries of any shape" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    g = np.zeros(x.shape)
    for i in range(len(x)):
        ahead, behind = np.array(x, dtype=float), np.array(x, dtype=float)
        ahead[i] += h
        behind[i] -= h
        g[i] = (f(ahead) - f(behind)) / (2 * h)
    return g
