# /// case
# summary = "Takes one number for a tweet, over words and columns"
# points = { test-maximum = 0 }
# hints = { test-maximum = "One vector for each tweet" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    return np.array([row[:n].max() if n else 0.0 for row, n in zip(rows, lengths)])
