# /// case
# summary = "Writes minus infinity into the array it was given"
# points = { test-maximum = 11 }
# hints = { test-maximum = "Leave rows and lengths as they were" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    for b in range(len(rows)):
        rows[b, lengths[b] :] = -np.inf
    u = rows.max(axis=1)
    u[lengths == 0] = 0
    return u
