# /// case
# summary = "Uses the quotient of the lecture, with a step to one side"
# points = { test-difference = 0 }
# hints = { test-difference = "(f(x + h) - f(x - h)) / (2h)" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    g = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        moved = x.astype(np.float64)
        moved[place] += h
        g[place] = (f(moved) - f(x)) / h
    return g
