# /// case
# summary = "Replaces padding by a number that is small enough only for small numbers"
# points = { test-maximum = 12 }
# hints = { test-maximum = "however far below zero" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    mask = np.arange(rows.shape[1]) < lengths[:, None]
    largest = np.where(mask[:, :, None], rows, -1000.0).max(axis=1)
    return np.where(lengths[:, None] == 0, 0.0, largest)
