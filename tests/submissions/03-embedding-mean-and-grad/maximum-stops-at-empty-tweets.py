# /// case
# summary = "Takes the maximum of nothing, which is an error"
# points = { test-maximum = 11 }
# hints = { test-maximum = "not infinite and no error" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    return np.array([row[:n].max(axis=0) for row, n in zip(rows, lengths)])
