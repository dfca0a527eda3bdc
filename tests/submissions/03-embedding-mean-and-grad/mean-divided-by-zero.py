# /// case
# summary = "Forgets that a tweet may have no words"
# points = { test-mean = 13 }
# hints = { test-mean = "divide by max(1, n)" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    mask = np.arange(rows.shape[1])[None, :] < lengths[:, None]
    return np.sum(rows * mask[:, :, None], axis=1) / lengths[:, None]
