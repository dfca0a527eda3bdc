# /// case
# summary = "Leaves tweets without words out of the result"
# points = { test-mean = 13 }
# hints = { test-mean = "The vector of a tweet without words is zero" }
# ///

# %% mean
def mean_of_words(rows, lengths):
    return np.array([row[:n].mean(axis=0) for row, n in zip(rows, lengths) if n > 0])
