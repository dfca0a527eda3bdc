# /// case
# summary = "Gives f the entry that moves in place of the whole array"
# points = { test-difference = 0 }
# hints = { test-difference = "f takes a whole array" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    slopes = [(f(entry + h) - f(entry - h)) / (2 * h) for entry in x.ravel()]
    return np.array(slopes).reshape(x.shape)
