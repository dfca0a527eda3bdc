# /// case
# summary = "Makes the steps in a copy of the same dtype"
# points = { test-difference = 11 }
# hints = { test-difference = "In an array of whole numbers, h gets lost" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    g = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[place] += h
        behind[place] -= h
        g[place] = (f(ahead) - f(behind)) / (2 * h)
    return g
