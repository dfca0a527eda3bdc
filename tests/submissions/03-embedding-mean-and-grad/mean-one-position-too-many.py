# /// case
# summary = "Counts the position n as a word, though positions begin at 0"
# points = { test-mean = 0 }
# hints = { test-mean = "Only the first two positions are words" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    mask = np.arange(rows.shape[1]) <= lengths[:, None]
    total = (rows * mask[:, :, None]).sum(axis=1)
    return total / np.maximum(1, lengths[:, None])
