# /// case
# summary = "Lets grad compute what should be measured, which works where f is written for it"
# points = { test-difference = 0 }
# hints = { test-difference = "Measure: call f at x + h" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    return np.asarray(grad(f)(x.astype(np.float64)))
