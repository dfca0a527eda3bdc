# /// case
# summary = "Leaves minus infinity where a tweet has no words"
# points = { test-maximum = 11 }
# hints = { test-maximum = "not infinite and no error" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    mask = np.arange(rows.shape[1]) < lengths[:, None]
    return np.where(mask[:, :, None], rows, -np.inf).max(axis=1)
