# /// case
# summary = "Turns whole numbers into decimals and leaves float32 as it is"
# points = { test-difference = 14 }
# hints = { test-difference = "float32 keeps about seven digits" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    g = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        ahead, behind = x * 1.0, x * 1.0
        ahead[place] += h
        behind[place] -= h
        g[place] = (f(ahead) - f(behind)) / (2 * h)
    return g
