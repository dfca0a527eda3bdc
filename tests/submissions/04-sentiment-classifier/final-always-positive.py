# /// case
# summary = "Says positive to everything and calls it a classifier"
# points = { test-final = 0 }
# hints = { test-final = "Has the loop run" }
# ///

# %% final
def train_classifier():
    return lambda texts: np.ones(len(texts), dtype=int)
