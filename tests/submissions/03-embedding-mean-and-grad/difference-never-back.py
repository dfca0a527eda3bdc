# /// case
# summary = "Leaves each entry where the step to the left has put it"
# points = { test-difference = 12 }
# hints = { test-difference = "all others stay where they are" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    moved = np.array(x, dtype=np.float64)
    g = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        moved[place] += h
        ahead = f(moved)
        moved[place] -= 2 * h
        g[place] = (ahead - f(moved)) / (2 * h)
    return g
