# /// case
# summary = "Takes a word whose numbers are zero for padding"
# points = { test-mean = 14 }
# hints = { test-mean = "A word whose numbers are zero is still a word" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    mask = np.arange(rows.shape[1]) < lengths[:, None]
    mask = mask & (rows != 0).any(axis=2)
    total = (rows * mask[:, :, None]).sum(axis=1)
    return total / np.maximum(1, mask.sum(axis=1, keepdims=True))
