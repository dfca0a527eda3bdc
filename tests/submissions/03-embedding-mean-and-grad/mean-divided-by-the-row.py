# /// case
# summary = "Masks the sum, but divides by the number of positions"
# points = { test-mean = 0 }
# hints = { test-mean = "divide by 2" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    mask = np.arange(rows.shape[1]) < lengths[:, None]
    return (rows * mask[:, :, None]).mean(axis=1)
