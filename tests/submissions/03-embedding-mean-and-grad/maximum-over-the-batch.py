# /// case
# summary = "Compares the tweets with each other instead of the words"
# points = { test-maximum = 0 }
# hints = { test-maximum = "axis 1, goes" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    mask = np.arange(rows.shape[1]) < lengths[:, None]
    return np.where(mask[:, :, None], rows, -np.inf).max(axis=0)
