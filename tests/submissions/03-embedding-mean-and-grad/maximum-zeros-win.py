# /// case
# summary = "Multiplies by the mask as for the mean, so that zeros beat negative numbers"
# points = { test-maximum = 0 }
# hints = { test-maximum = "Padding must be smaller than every number" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    mask = np.arange(rows.shape[1]) < lengths[:, None]
    return (rows * mask[:, :, None]).max(axis=1)
