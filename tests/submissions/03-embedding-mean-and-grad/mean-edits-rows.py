# /// case
# summary = "Sets the padding to zero in the array it was given"
# points = { test-mean = 12 }
# hints = { test-mean = "Leave rows and lengths as they were" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    rows[np.arange(rows.shape[1]) >= lengths[:, None]] = 0
    return rows.sum(axis=1) / np.maximum(1, lengths)[:, None]
