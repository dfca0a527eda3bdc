# /// case
# summary = "Writes a 1 for each 0 into the lengths that it was given"
# points = { test-mean = 12 }
# hints = { test-mean = "Leave rows and lengths as they were" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    k = np.arange(rows.shape[1]) < lengths[:, None]
    lengths[lengths == 0] = 1
    return (rows * k[:, :, None]).sum(axis=1) / lengths[:, None]
