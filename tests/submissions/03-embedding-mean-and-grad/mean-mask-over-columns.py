# /// case
# summary = "Puts the mask's new axis in the middle, so that it hides columns instead of positions"
# points = { test-mean = 0 }
# hints = { test-mean = "Only the first two positions are words" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    mask = (np.arange(rows.shape[1]) < lengths[:, None]).astype(float)
    total = (rows * mask[:, None, :]).sum(axis=1)
    return total / np.maximum(1, mask.sum(axis=1, keepdims=True))
