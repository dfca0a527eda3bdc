# /// case
# summary = "Believes that a smaller h is always better"
# points = { test-difference = 0 }
# hints = { test-difference = "use the h that is given" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    h = 1e-14
    g = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        ahead, behind = x.astype(np.float64), x.astype(np.float64)
        ahead[place] += h
        behind[place] -= h
        g[place] = (f(ahead) - f(behind)) / (2 * h)
    return g
