# /// case
# summary = "Takes the mean of all positions, as tl.Mean does"
# points = { test-mean = 0 }
# hints = { test-mean = "Only the first two positions are words" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    return rows.mean(axis=1)
