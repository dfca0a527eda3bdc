# /// case
# summary = "Takes the maximum of all positions"
# points = { test-maximum = 0 }
# hints = { test-maximum = "Padding must be smaller than every number" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    return rows.max(axis=1)
