# /// case
# summary = "Moves all entries together and gets one number"
# points = { test-difference = 0 }
# hints = { test-difference = "move one entry at a time" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)
