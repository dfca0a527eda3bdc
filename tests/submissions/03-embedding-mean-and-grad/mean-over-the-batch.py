# /// case
# summary = "Averages the tweets instead of the words"
# points = { test-mean = 0 }
# hints = { test-mean = "axis 1, goes" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    return rows.mean(axis=0)
